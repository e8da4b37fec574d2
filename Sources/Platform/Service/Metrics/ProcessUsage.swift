import Glibc

/// What the kernel says this process uses, under the names that Prometheus' own clients give.
package struct ProcessUsage: Sendable {
    private let startedAt: WallTime

    /// Made at the start of the process, which it takes the time of.
    package init(startedAt: WallTime = .now) { self.startedAt = startedAt }

    package func collect(_ scrape: inout Scrape) {
        scrape.gauge(
            "process_start_time_seconds", "When the process started, since the epoch.", startedAt.secondsSinceEpoch)
        var time = timespec()
        if unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 {
            scrape.counter(
                "process_cpu_seconds_total", "CPU time used, in user and kernel mode.",
                Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
        }
        if let pages = Self.pages, pages.count >= 2 {
            let size = Double(sysconf(Int32(_SC_PAGESIZE)))
            scrape.gauge("process_virtual_memory_bytes", "Address space taken.", pages[0] * size)
            scrape.gauge("process_resident_memory_bytes", "Memory held.", pages[1] * size)
        }
        if Allocator.isInPlace {
            scrape.gauge(
                "process_allocator_held_bytes", "Memory the allocator holds, in use or kept for what comes.",
                Allocator.heldBytes)
        }
        if let open = Self.openDescriptors {
            scrape.gauge("process_open_fds", "Descriptors open.", Double(open))
        }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            scrape.gauge("process_max_fds", "Descriptors allowed.", Double(limit.rlim_cur))
        }
    }

    /// Total and resident pages.
    private static var pages: [Double]? {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ").compactMap { Double($0) }
    }

    private static var openDescriptors: Int? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Not the two dots, and not the one we read the folder with.
        return count - 3
    }
}
