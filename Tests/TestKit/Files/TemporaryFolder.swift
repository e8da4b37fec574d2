import Foundation

/// A folder that exists as long as a test needs it.
package struct TemporaryFolder: Sendable {
    package let path: String

    /// The path of something in it.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    package static func with<Value>(_ body: (TemporaryFolder) async throws -> Value) async throws -> Value {
        // Short, because the paths of Unix sockets must be.
        var template = Array("/tmp/ledgerline.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            let value = try await body(TemporaryFolder(path: path))
            try FileManager.default.removeItem(atPath: path)
            return value
        } catch {
            try FileManager.default.removeItem(atPath: path)
            throw error
        }
    }
}
