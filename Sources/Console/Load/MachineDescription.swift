import Glibc
import Loop
import Wire

/// What the figures were measured on.
struct MachineDescription: Equatable {
    let processor: String
    let cores: Int
    let memoryBytes: Double
    let kernel: String
    let realtimeCore: Int

    static func here(realtimeCore: Int) -> MachineDescription {
        func line(_ path: String, _ name: String) -> String? {
            guard let bytes = try? Files.read(path) else { return nil }
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
                .flatMap { $0.split(separator: ":", maxSplits: 1).last }
                .map { $0.split(separator: " ").joined(separator: " ") }
        }
        let kernel = (try? Files.read("/proc/sys/kernel/osrelease")).map { String(decoding: $0, as: UTF8.self) }
        let memory = line("/proc/meminfo", "MemTotal")?.split(separator: " ").first.flatMap { Double($0) }
        return MachineDescription(
            processor: line("/proc/cpuinfo", "model name") ?? "an unknown processor", cores: Loops.coreCount,
            memoryBytes: (memory ?? 0) * 1_024,
            kernel: kernel?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "unknown",
            realtimeCore: realtimeCore)
    }

    var text: String {
        "\(processor), \(cores) cores, \(Figure.fixed(memoryBytes / 1_073_741_824, 1)) GB, Linux \(kernel)"
    }

    var document: JSONValue {
        .object([
            ("processor", .string(processor)), ("cores", .integer(Int64(cores))),
            ("memory_bytes", .double(memoryBytes)), ("kernel", .string(kernel)),
            ("realtime_core", .integer(Int64(realtimeCore))),
        ])
    }
}
