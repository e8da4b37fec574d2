import Wire

/// How a process and everything it needs are doing, at one moment.
package struct HealthReport: Hashable, Sendable {
    package struct Check: Hashable, Sendable {
        package let name: String
        package let weight: Weight
        package var state: HealthState
        /// When it last went from one kind of state to another.
        package var since: WallTime
    }

    package enum Weight: Hashable, Sendable {
        /// Without it we can't serve.
        case needed
        /// Without it we serve, degraded.
        case useful
    }

    package let checks: [Check]

    package var isReady: Bool { state != "down" }

    /// The worst of all; something merely useful makes it "degraded" at most.
    package var state: String {
        let worst = checks.map { $0.weight == .needed ? $0.state.rank : min($0.state.rank, 1) }.max() ?? 0
        return ["up", "degraded", "down"][worst]
    }

    package var json: [UInt8] {
        var queue = ByteQueue()
        queue.append(#"{"status":"#)
        queue.append(quoted: state)
        queue.append(#","checks":["#)
        for (index, check) in checks.enumerated() {
            queue.append(index == 0 ? #"{"name":"# : #",{"name":"#)
            queue.append(quoted: check.name)
            queue.append(#","status":"#)
            queue.append(quoted: check.state.word)
            if let reason = check.state.reason {
                queue.append(#","reason":"#)
                queue.append(quoted: reason.description)
            }
            queue.append(#","since":"#)
            queue.append(quoted: check.since.description)
            queue.append("}")
        }
        queue.append("]}")
        return queue.array
    }
}
