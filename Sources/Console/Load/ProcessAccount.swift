import Glibc

/// What the kernel has booked on a process.
struct ProcessAccount {
    let identifier: pid_t

    /// Processor time of its threads in nanoseconds.
    var processorTime: UInt64 {
        Folders.names(in: "/proc/\(identifier)/task").reduce(0) { sum, thread in
            sum + (Self.words("/proc/\(identifier)/task/\(thread)/schedstat").first ?? 0)
        }
    }

    /// Resident bytes that it does not share.
    var memory: Double {
        let pages = Self.words("/proc/\(identifier)/statm")
        guard pages.count > 2 else { return 0 }
        return Double(pages[1]) * Double(sysconf(Int32(_SC_PAGESIZE))) - Double(pages[2])
            * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The numbers of a file; none of a thread that has ended meanwhile.
    private static func words(_ path: String) -> [UInt64] {
        guard let bytes = try? Files.read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
    }
}

/// Folders of a machine.
enum Folders {
    /// Without those that begin with a point; none of a folder that is not there.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// One that nobody else sees, in the machine's folder for such.
    static func temporary() throws(Trouble) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(parent)/ledgerline-load-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        guard mkdir(path, 0o700) == 0 else {
            throw Trouble("can't make the folder \(path): \(String(cString: strerror(errno)))")
        }
        return path
    }

    /// With all that is in it.
    static func remove(_ path: String) {
        for name in names(in: path) {
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }
}
