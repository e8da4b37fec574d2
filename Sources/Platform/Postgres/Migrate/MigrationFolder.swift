import Glibc
import Loop

/// The migrations of a folder. Files that do not end in `.sql` are none of its business.
enum MigrationFolder {
    static let fileBytesMax = 4 << 20

    /// Blocks: meant for a lane.
    static func read(_ folder: String) throws(MigrationError) -> [Migration] {
        var migrations: [Migration] = []
        for file in try names(in: folder).filter({ $0.hasSuffix(".sql") }).sorted() {
            migrations.append(try Migration(file: file, try contents(of: "\(folder)/\(file)")))
        }
        return migrations
    }

    private static func names(in folder: String) throws(MigrationError) -> [String] {
        guard let directory = unsafe opendir(folder) else { throw .unreadable(folder, .last("opendir")) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }

    private static func contents(of path: String) throws(MigrationError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path, .last("open")) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .unreadable(path, .last("read"))
            }
            bytes += chunk[..<count]
            guard bytes.count <= fileBytesMax else { throw .unreadable(path, SystemError(call: "read", code: EFBIG)) }
        }
    }
}
