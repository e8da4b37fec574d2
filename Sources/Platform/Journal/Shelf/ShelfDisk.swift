import Glibc
import Loop

/// The folder of one shelf and the files being written in it. Every call blocks, and only the shelf's lane makes them, which is why
/// `@unchecked` holds.
final class ShelfDisk: @unchecked Sendable {
    /// Files of one name at most.
    static let namesakesMax = 99

    private struct Open {
        let file: Int32
        let name: String
        var length = 0
        var records: UInt32 = 0
    }

    private let path: String
    private let suffix: String
    private let limits: ShelfLimits
    private var folder: Int32 = -1
    private var open: [UInt64: Open] = [:]
    private var sweptAt: Moment?
    /// There was no room, and nothing that could be removed.
    private var fruitlessAt: Moment?
    /// All files together, as the last sweep found them and we wrote since.
    private(set) var bytes = 0

    init(_ path: String, suffix: String, _ limits: ShelfLimits) {
        (self.path, self.suffix, self.limits) = (path, suffix, limits)
    }

    deinit { close() }

    func close() {
        for volume in open.values { Glibc.close(volume.file) }
        open = [:]
        if folder >= 0 { Glibc.close(folder) }
        folder = -1
    }

    /// Makes a file for it, and first the folder if there is none.
    func begin(_ volume: UInt64, _ name: String) throws(SystemError) {
        if folder < 0 {
            if unsafe mkdir(path, 0o700) == -1, errno != EEXIST { throw .last("mkdir") }
            folder = try SystemError.check(unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open")
        }
        var namesake = 1
        while true {
            let name = name + (namesake == 1 ? "" : ".\(namesake)") + suffix
            let file = unsafe openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
            if file == -1, errno == EEXIST, namesake < Self.namesakesMax {
                namesake += 1
                continue
            }
            try SystemError.check(file, "open")
            open[volume] = Open(file: file, name: name)
            break
        }
        do throws(SystemError) { try write(RecordFormat.mark, volume) } catch {
            if let made = open[volume] { _ = unsafe unlinkat(folder, made.name, 0) }
            end(volume)
            throw error
        }
    }

    /// False where the file is as long as one may be.
    func append(_ payload: [UInt8], to volume: UInt64) throws(SystemError) -> Bool {
        guard let known = open[volume] else { return false }
        let size = RecordFormat.overhead + payload.count
        guard known.length + size <= limits.fileBytesMax else { return false }
        // If nothing can be removed, it is as if the disk were full.
        guard bytes + size <= limits.bytesMax else { throw SystemError(call: "the shelf's own limit", code: EDQUOT) }
        try write(RecordFormat.bytes(payload, number: known.records), volume)
        open[volume]?.records += 1
        return true
    }

    func end(_ volume: UInt64) {
        if let ended = open.removeValue(forKey: volume) { Glibc.close(ended.file) }
    }

    private func write(_ bytes: [UInt8], _ volume: UInt64) throws(SystemError) {
        guard let known = open[volume] else { return }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe Glibc.write(known.file, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let error = SystemError.last("write")
                // Half a record is of no use, and its room may be to others.
                _ = ftruncate(known.file, off_t(known.length))
                throw error
            }
            written += count
        }
        open[volume]?.length += bytes.count
        self.bytes += bytes.count
    }

    // MARK: - Retention

    /// At times, and when there is no room for so many bytes; but not for every one of them while nothing can be removed.
    func isSweepDue(for room: Int, at now: Moment) -> Bool {
        guard folder >= 0 else { return false }
        guard let sweptAt, now - sweptAt < limits.sweepEvery else { return true }
        guard bytes + room > limits.bytesMax else { return false }
        return fruitlessAt.map { now - $0 >= .seconds(1) } ?? true
    }

    /// Removes what has to go, and answers how many files that were.
    func sweep(for room: Int, at now: Moment) throws(SystemError) -> Int {
        sweptAt = now
        let files = try files()
        let victims = ShelfSweep.victims(files, limits, room: room)
        bytes = files.reduce(0) { $0 + $1.bytes }
        fruitlessAt = victims.isEmpty && bytes + room > limits.bytesMax ? now : nil
        for victim in victims {
            if unsafe unlinkat(folder, victim.name, 0) == -1, errno != ENOENT { throw .last("unlink") }
            bytes -= victim.bytes
        }
        return victims.count
    }

    /// None where there is no folder yet.
    func names() throws(SystemError) -> [String] { try isThere() ? try files().map(\.name) : [] }

    func remove(_ isWanted: (String) -> Bool) throws(SystemError) -> Int {
        guard try isThere() else { return 0 }
        let victims = try files().filter { isWanted($0.name) }
        for victim in victims {
            if unsafe unlinkat(folder, victim.name, 0) == -1, errno != ENOENT { throw .last("unlink") }
            bytes = max(0, bytes - victim.bytes)
        }
        return victims.count
    }

    private func isThere() throws(SystemError) -> Bool {
        if folder >= 0 { return true }
        let found = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if found == -1, errno == ENOENT { return false }
        folder = try SystemError.check(found, "open")
        return true
    }

    private func files() throws(SystemError) -> [ShelfSweep.File] {
        guard folder >= 0, let directory = unsafe opendir(path) else { throw .last("opendir") }
        defer { unsafe closedir(directory) }
        let writing = Set(open.values.map(\.name))
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        var files: [ShelfSweep.File] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var facts = stat()
            guard name.hasSuffix(suffix), unsafe fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
                continue
            }
            let age =
                Duration.seconds(now.tv_sec - facts.st_mtim.tv_sec)
                + .nanoseconds(now.tv_nsec - facts.st_mtim.tv_nsec)
            files.append(
                ShelfSweep.File(
                    name: name, bytes: Int(facts.st_size), age: max(.zero, age), isOpen: writing.contains(name)))
        }
        return files
    }
}
