import Glibc
import Loop

/// One regular file held open for reading, and what it was when it was opened. Its calls block: they belong on a lane.
final class OpenFile: Sendable {
    let size: Int
    let tag: EntityTag
    let modified: HTTPDate
    private let descriptor: Int32

    /// Nil when there is no such file within `root`, which must be a real path: what was opened is looked at, not what was
    /// asked for, so that no link leads outside.
    static func open(_ path: String, within root: String) throws(SystemError) -> OpenFile? {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer.
        let descriptor = unsafe Glibc.open("\(root)/\(path)", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, ENXIO: return nil
            default: throw .last("open")
            }
        }
        do {
            var facts = stat()
            try SystemError.check(unsafe fstat(descriptor, &facts), "fstat")
            let real = try realPath(of: descriptor)
            guard facts.st_mode & S_IFMT == S_IFREG, real.hasPrefix(root == "/" ? root : root + "/") else {
                close(descriptor)
                return nil
            }
            return OpenFile(descriptor, facts)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private init(_ descriptor: Int32, _ facts: stat) {
        self.descriptor = descriptor
        size = Int(facts.st_size)
        modified = HTTPDate(seconds: Int64(facts.st_mtim.tv_sec))
        let nanoseconds = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
        tag = EntityTag(file: UInt64(facts.st_ino), size: size, modified: nanoseconds)
    }

    deinit { close(descriptor) }

    private static func realPath(of descriptor: Int32) throws(SystemError) -> String {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe bytes.withUnsafeMutableBytes { room -> Int in
            guard let start = unsafe room.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
            return unsafe readlink("/proc/self/fd/\(descriptor)", start, room.count)
        }
        if count < 0 { throw .last("readlink") }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// The bytes in `range`; fewer when the file has become shorter.
    func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { room in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[filled...])
                return unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + filled))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .last("pread") }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
