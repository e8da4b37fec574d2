import Foundation
import Loop

extension TemporaryFolder {
    /// Only root may.
    package static let mayMount = geteuid() == 0 && access("/bin/mount", X_OK) == 0

    /// Mounts a file system of that size while `body` runs.
    package func withSmallDisk<Value>(bytes: Int, _ body: (String) async throws -> Value) async throws -> Value {
        let disk = path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard mount("small", disk, "tmpfs", 0, "size=\(bytes)") == 0 else { throw SystemError.last("mount") }
        let result: Result<Value, any Error>
        do { result = .success(try await body(disk)) } catch { result = .failure(error) }
        // Detached, not refused: a child that another test forked a moment ago may still hold what was open here.
        guard umount2(disk, Int32(MNT_DETACH)) == 0 else { throw SystemError.last("umount") }
        return try result.get()
    }
}
