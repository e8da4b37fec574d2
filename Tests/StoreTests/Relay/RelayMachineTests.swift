import Testing

@testable import Store

/// What one lane's stream needs, as a table.
struct RelayMachineTests {
    private func order(
        _ stream: RelayMachine.Stream, head: Int64, slowest: Int64? = nil, full: Bool = false
    ) -> RelayMachine.Order {
        RelayMachine(limits: RelayLimits()).order(stream, head: head, slowest: slowest, memoryIsFull: full)
    }

    @Test func `what is behind the stream's last id is published, and nothing else`() {
        #expect(order(.upTo(7), head: 9, slowest: 3) == .publish(after: 7))
        #expect(order(.upTo(9), head: 9, slowest: 3) == .rest)
        #expect(order(.upTo(0), head: 1, slowest: 0) == .publish(after: 0))
        // A consumer ahead of the stream read Postgres: the others still want the entries.
        #expect(order(.upTo(7), head: 9, slowest: 9) == .publish(after: 7))
    }

    @Test func `a missing stream begins behind the slowest checkpoint, and stays missing when all is consumed`() {
        #expect(order(.missing, head: 9, slowest: 4) == .publish(after: 4))
        #expect(order(.missing, head: 9, slowest: 9) == .rest)
        #expect(order(.missing, head: 9) == .publish(after: 0))
        #expect(order(.missing, head: 0) == .rest)
        // A checkpoint beyond the head: Postgres lost a tail, and the checkpoint was read before.
        #expect(order(.missing, head: 9, slowest: 12) == .rest)
    }

    @Test func `a missing stream does not begin with what its own length would drop`() {
        let keep = Int64(RelayLimits().keep)
        #expect(order(.missing, head: keep + 500) == .publish(after: 500))
        #expect(order(.missing, head: keep + 500, slowest: 3) == .publish(after: 500))
        #expect(order(.missing, head: keep + 500, slowest: 600) == .publish(after: 600))
    }

    @Test
    func `what is beyond the head, or no stream at all, is deleted and published anew, whatever else is in the way`() {
        #expect(order(.upTo(10), head: 9, slowest: 4) == .rebuild(after: 4))
        #expect(order(.upTo(.max), head: 9, slowest: 9) == .rebuild(after: 9))
        #expect(order(.upTo(1), head: 0) == .rebuild(after: 0))
        #expect(order(.foreign, head: 9, slowest: 4) == .rebuild(after: 4))
        #expect(order(.upTo(10), head: 9, slowest: 4, full: true) == .rebuild(after: 4))
    }

    @Test func `nothing is added while Redis is full, or the slowest consumer is too far behind`() {
        let ahead = UInt64(RelayLimits().aheadMax)
        #expect(order(.upTo(7), head: 9, slowest: 3, full: true) == .hold(.memory))
        #expect(order(.upTo(9), head: 9, slowest: 3, full: true) == .rest)
        #expect(order(.upTo(ahead + 3), head: 99_999, slowest: 3) == .publish(after: Int64(ahead) + 3))
        #expect(order(.upTo(ahead + 4), head: 99_999, slowest: 3) == .hold(.consumersBehind))
        #expect(order(.upTo(ahead + 4), head: 99_999) == .publish(after: Int64(ahead) + 4))
    }

    @Test func `what Redis says of itself is read, whatever else it says`() {
        let text =
            "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n# Memory\r\nused_memory:71\r\nmaxmemory:100\r\nodd\r\n"
        let condition = RedisSelf(info: text)
        #expect(condition.runID == "abc" && condition.memoryUsed == 71 && condition.memoryMax == 100)
        #expect(condition.isFull(beyond: 0.7) && !condition.isFull(beyond: 0.72))
        #expect(!RedisSelf(info: "used_memory:71\r\nmaxmemory:0\r\n").isFull(beyond: 0.7))
    }
}
