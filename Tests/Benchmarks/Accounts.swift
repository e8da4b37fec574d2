import Foundation

/// What the kernel has booked on a process and its children.
enum Accounts {
    /// Processor time in nanoseconds of the process, all its threads and all its living children.
    static func processorTime(of process: Int32) -> UInt64 {
        family(of: process).reduce(0) { total, member in
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(member)/task")) ?? []
            return threads.reduce(total) { sum, thread in
                let text = try? String(contentsOfFile: "/proc/\(member)/task/\(thread)/schedstat", encoding: .utf8)
                return sum + (text?.split(separator: " ").first.flatMap { UInt64($0) } ?? 0)
            }
        }
    }

    /// Processor time in nanoseconds of a process' threads of that name, and of its children's.
    static func threadTime(of process: Int32, named name: String) -> UInt64 {
        family(of: process).reduce(0) { total, member in
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(member)/task")) ?? []
            return threads.reduce(total) { sum, thread in
                let path = "/proc/\(member)/task/\(thread)"
                let own = try? String(contentsOfFile: path + "/comm", encoding: .utf8)
                guard own?.trimmingCharacters(in: .whitespacesAndNewlines) == name else { return sum }
                let text = try? String(contentsOfFile: path + "/schedstat", encoding: .utf8)
                return sum + (text?.split(separator: " ").first.flatMap { UInt64($0) } ?? 0)
            }
        }
    }

    /// Resident private memory in bytes of the process and its children: what they would give back when ended.
    static func residentMemory(of process: Int32) -> Int {
        family(of: process).reduce(0) { total, member in
            let text = (try? String(contentsOfFile: "/proc/\(member)/smaps_rollup", encoding: .utf8)) ?? ""
            let kilobytes = text.split(separator: "\n").filter { $0.hasPrefix("Private_") }
                .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
            return total + kilobytes.reduce(0, +) * 1024
        }
    }

    /// Processor time of this process so far, in nanoseconds.
    static func ownTime() -> UInt64 { usage(RUSAGE_SELF.rawValue) }

    /// Processor time of the children that have ended and been waited for.
    static func childrenTime() -> UInt64 { usage(RUSAGE_CHILDREN.rawValue) }

    private static func usage(_ who: Int32) -> UInt64 {
        var usage = rusage()
        getrusage(__rusage_who_t(who), &usage)
        let micro = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + $1.tv_sec * 1_000_000 + $1.tv_usec }
        return UInt64(micro) * 1_000
    }

    private static func family(of process: Int32) -> [Int32] {
        let path = "/proc/\(process)/task/\(process)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return [process] + text.split(separator: " ").compactMap { Int32($0) }.flatMap(family)
    }
}
