/// What Redis says of itself in its answer to INFO.
struct RedisSelf: Hashable, Sendable {
    /// Another one means another process.
    var runID = ""
    var memoryUsed = 0
    /// 0 means that there is no limit.
    var memoryMax = 0

    init(info: String) {
        for line in info.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "run_id": runID = String(parts[1])
            case "used_memory": memoryUsed = Int(parts[1]) ?? 0
            case "maxmemory": memoryMax = Int(parts[1]) ?? 0
            default: break
            }
        }
    }

    func isFull(beyond share: Double) -> Bool { memoryMax > 0 && Double(memoryUsed) > Double(memoryMax) * share }
}
