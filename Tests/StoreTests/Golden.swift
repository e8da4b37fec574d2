import Domain
import Foundation
import TestKit

/// The files under `Golden`: what the log of yesterday holds.
enum Golden {
    static let folder = Services.repository + "/Tests/StoreTests/Golden"
    /// With this set, files that are missing are written. Those that are there are never touched.
    static let records = ProcessInfo.processInfo.environment["LEDGERLINE_RECORD"] != nil

    static func path(_ type: EventType, _ version: Int16) -> String { "\(folder)/\(type.rawValue)/v\(version).json" }

    /// The file's bytes without its last newline; nil if there is no file.
    static func payload(_ type: EventType, _ version: Int16) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: path(type, version)) else { return nil }
        return [UInt8](data.last == UInt8(ascii: "\n") ? data.dropLast() : data)
    }

    static func record(_ payload: [UInt8], _ type: EventType, _ version: Int16) throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder)/\(type.rawValue)", withIntermediateDirectories: true)
        try Data(payload + [UInt8(ascii: "\n")]).write(
            to: URL(filePath: path(type, version)), options: .withoutOverwriting)
    }

    /// Each file as `<type>/v<N>.json`.
    static func files() throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") })
    }
}
