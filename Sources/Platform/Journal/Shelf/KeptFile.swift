import Glibc
package import Loop

/// A file that is there as a whole or not at all: it is written beside its place, and is on the disk before it stands there. Every call
/// blocks; one lane makes them, which is why `@unchecked` holds.
package final class KeptFile: @unchecked Sendable {
    /// Behind the name of what is not whole.
    static let partSuffix = ".part"

    private let path: String
    private let folder: String
    private let file: Int32
    private var isKept = false
    package private(set) var length = 0

    /// Makes the folder if there is none, and takes the place of what was begun there and not ended.
    package init(_ name: String, in folder: String) throws(SystemError) {
        (self.folder, path) = (folder, "\(folder)/\(name)")
        if unsafe mkdir(folder, 0o700) == -1, errno != EEXIST { throw .last("mkdir") }
        file = try SystemError.check(
            unsafe open(path + Self.partSuffix, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600), "open")
    }

    deinit {
        close(file)
        if !isKept { _ = unsafe unlink(path + Self.partSuffix) }
    }

    package func write(_ bytes: [UInt8]) throws(SystemError) {
        try write(bytes, at: length)
        length += bytes.count
    }

    /// In the place of what stands there.
    package func rewrite(_ bytes: [UInt8], at place: Int) throws(SystemError) {
        precondition(place + bytes.count <= length, "nothing stands there")
        try write(bytes, at: place)
    }

    private func write(_ bytes: [UInt8], at place: Int) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe pwrite(file, rest.baseAddress, rest.count, off_t(place + written))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .last("pwrite") }
            written += count
        }
    }

    package func keep() throws(SystemError) {
        try SystemError.check(fsync(file), "fsync")
        try SystemError.check(unsafe rename(path + Self.partSuffix, path), "rename")
        isKept = true
        let place = try SystemError.check(unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open")
        defer { close(place) }
        try SystemError.check(fsync(place), "fsync")
    }

    // MARK: - Others

    /// Fewer where it ends.
    package static func read(_ path: String, from place: Int, count: Int) throws(SystemError) -> [UInt8] {
        let file = try SystemError.check(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), "open")
        defer { close(file) }
        return try FileBytes.at(place, count, of: file)
    }

    /// True if there was one.
    @discardableResult
    package static func remove(_ path: String) throws(SystemError) -> Bool {
        if unsafe unlink(path) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw .last("unlink")
    }

    /// What stands in a folder and ends so; nothing where there is none.
    package static func names(in folder: String, suffix: String) throws(SystemError) -> [String] {
        guard let directory = unsafe opendir(folder) else {
            if errno == ENOENT { return [] }
            throw .last("opendir")
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }

    /// How long ago somebody wrote it; nil where there is none.
    package static func age(of path: String) throws(SystemError) -> Duration? {
        var facts = stat()
        if unsafe stat(path, &facts) == -1 {
            if errno == ENOENT { return nil }
            throw .last("stat")
        }
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let age =
            Duration.seconds(now.tv_sec - facts.st_mtim.tv_sec)
            + .nanoseconds(now.tv_nsec - facts.st_mtim.tv_nsec)
        return max(.zero, age)
    }
}
