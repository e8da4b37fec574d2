import Foundation
import TestKit

@testable import Providers

/// The folder of models, for tests: what `LEDGERLINE_MODELS` names, or where `deploy/local/models` puts them.
enum LocalModels {
    static let folder =
        ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"] ?? Services.repository + "/.ledgerline/models"

    static func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + file) }

    static func bytes(of file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: folder).appending(path: file)))
    }

    /// Whether our own voice is installed: libflite1.
    static let hasFlite = (try? FliteDesk(.kal, threads: 1)) != nil
}
