import Glibc
import TestKit

/// A small disk for each journal, which can be filled up. Only root can have them: otherwise journals are ordinary folders,
/// and no disk is ever full.
final class Disks {
    private static let size = "96m"

    let isThere: Bool
    private let count: Int
    private let folder: TemporaryFolder

    init(_ count: Int, in folder: TemporaryFolder) throws {
        self.count = count
        self.folder = folder
        isThere = geteuid() == 0
        for place in 0..<count {
            let path = Self.mount(place, folder)
            guard mkdir(path, 0o700) == 0 else { throw Trouble("\(path) can't be made") }
            if isThere, Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(Self.size)") != 0 {
                throw Trouble("a small disk can't be mounted: \(String(cString: strerror(errno)))")
            }
        }
        if !isThere { say("chaos: not root, so no disk is filled") }
    }

    /// Where the journal of a writer goes.
    func path(_ place: Int) -> String { Self.mount(place, folder) + "/journal" }

    func fill(_ place: Int) throws {
        let filler = Self.mount(place, folder) + "/filler"
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        while write(descriptor, zeros, zeros.count) > 0 {}
    }

    func empty(_ place: Int) { unlink(Self.mount(place, folder) + "/filler") }

    func unmount() {
        guard isThere else { return }
        for place in 0..<count { umount2(Self.mount(place, folder), Int32(MNT_DETACH)) }
    }

    private static func mount(_ place: Int, _ folder: TemporaryFolder) -> String { folder.path("disk-\(place)") }
}
