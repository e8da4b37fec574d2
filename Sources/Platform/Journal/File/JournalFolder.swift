import Glibc
import Loop

/// The folder of one journal and the segment being written. Every call blocks: after `open`, only the journal's lane makes
/// them, which is why `@unchecked` holds.
final class JournalFolder: @unchecked Sendable {
    private let path: String
    private let folder: Int32
    private let lock: Int32
    private var isOpen = true
    private var segment: Int32 = -1
    private var segmentFirst: UInt64 = 0
    /// Up to here the segment's bytes are durable.
    private var durableLength = 0

    /// Makes the folder if there is none, and takes it for this journal alone.
    static func open(_ path: String) throws(JournalError) -> JournalFolder {
        do throws(SystemError) {
            if unsafe mkdir(path, 0o700) == -1, errno != EEXIST { throw .last("mkdir") }
            let folder = try SystemError.check(
                unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open")
            let lock = unsafe openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard lock >= 0 else {
                let error = SystemError.last("open")
                Glibc.close(folder)
                throw error
            }
            if flock(lock, LOCK_EX | LOCK_NB) == -1 {
                let error = SystemError.last("flock")
                Glibc.close(lock)
                Glibc.close(folder)
                throw error
            }
            return JournalFolder(path: path, folder: folder, lock: lock)
        } catch {
            throw error.code == EWOULDBLOCK ? .folderTaken : .folderUnusable(error)
        }
    }

    private init(path: String, folder: Int32, lock: Int32) {
        self.path = path
        self.folder = folder
        self.lock = lock
    }

    deinit { close() }

    func close() {
        guard isOpen else { return }
        isOpen = false
        closeSegment()
        // Said expressly: a child that was forked a moment ago may still have the descriptor too, and the lock with it.
        flock(lock, LOCK_UN)
        Glibc.close(lock)
        Glibc.close(folder)
    }

    /// The numbers that segments begin with, in order.
    func firsts() throws(SystemError) -> [UInt64] {
        guard let directory = unsafe opendir(path) else { throw .last("opendir") }
        defer { unsafe closedir(directory) }
        var firsts: [UInt64] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let first = SegmentFormat.first(ofFile: name), first > 0 { firsts.append(first) }
        }
        return firsts.sorted()
    }

    func contents(of first: UInt64) throws(SystemError) -> [UInt8] {
        let file = unsafe openat(folder, SegmentFormat.fileName(first: first), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open") }
        defer { Glibc.close(file) }
        var facts = stat()
        try SystemError.check(unsafe fstat(file, &facts), "fstat")
        return try FileBytes.next(Int(facts.st_size), of: file)
    }

    // MARK: - Writing

    /// Makes one group durable. After a failure the segment is given up, cut to what is durable in it.
    func write(_ write: JournalMachine.Write) throws(SystemError) {
        write.batch.seal()
        do throws(SystemError) {
            if write.begins { try begin(write.batch.first, follows: write.follows) }
            if let error = unsafe write.batch.withUnsafeBytes({ unsafe append($0) }) { throw error }
            try SystemError.check(fdatasync(segment), "fdatasync")
            // The name must be as durable as what it names.
            if write.begins { try SystemError.check(fsync(folder), "fsync") }
            durableLength += write.batch.size
        } catch {
            giveUpSegment()
            throw error
        }
    }

    private func begin(_ first: UInt64, follows: UInt64) throws(SystemError) {
        closeSegment()
        let name = SegmentFormat.fileName(first: first)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC
        segment = unsafe openat(folder, name, flags, 0o600)
        if segment == -1, errno == EEXIST {
            // Without a good record in it, or this number would not come again.
            try SystemError.check(unsafe renameat(folder, name, folder, name + SegmentFormat.asideSuffix), "rename")
            segment = unsafe openat(folder, name, flags, 0o600)
        }
        guard segment >= 0 else { throw .last("open") }
        (segmentFirst, durableLength) = (first, 0)
        let header = SegmentFormat.header(first: first, follows: follows)
        if let error = unsafe header.withUnsafeBytes({ unsafe append($0) }) { throw error }
        durableLength = header.count
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let count = unsafe Glibc.write(segment, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return .last("write") }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return nil
    }

    /// Gives the room of what is not durable back, if the disk lets us: reading would stop there anyway.
    private func giveUpSegment() {
        guard segment >= 0 else { return }
        if durableLength <= SegmentFormat.headerSize {
            _ = unsafe unlinkat(folder, SegmentFormat.fileName(first: segmentFirst), 0)
        } else {
            _ = ftruncate(segment, off_t(durableLength))
        }
        closeSegment()
    }

    private func closeSegment() {
        if segment >= 0 { Glibc.close(segment) }
        segment = -1
    }

    // MARK: - Trimming

    /// Removes segments, for good when it returns. A damaged one is kept under another name.
    func remove(_ segments: [SegmentShelf.Segment]) throws(SystemError) {
        for gone in segments {
            let name = SegmentFormat.fileName(first: gone.first)
            if gone.first == segmentFirst { closeSegment() }
            let code =
                gone.isDamaged
                ? unsafe renameat(folder, name, folder, name + SegmentFormat.damagedSuffix)
                : unsafe unlinkat(folder, name, 0)
            if code == -1, errno != ENOENT { throw .last("unlink") }
            _ = unsafe unlinkat(folder, name + SegmentFormat.asideSuffix, 0)
        }
        try SystemError.check(fsync(folder), "fsync")
    }
}
