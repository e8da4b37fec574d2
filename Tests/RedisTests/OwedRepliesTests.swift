import Loop
import Testing

@testable import Redis

@Suite struct OwedRepliesTests {
    private func queue(_ waiters: Int) -> OwedReplies<Int> {
        var owed = OwedReplies<Int>(grace: .nanoseconds(50))
        for waiter in 0..<waiters {
            owed.append(waiter, ticket: UInt64(waiter + 1), offset: UInt64(waiter * 10), deadline: moment(100 + waiter))
        }
        return owed
    }

    private func moment(_ nanoseconds: Int) -> Moment { Moment(nanoseconds: UInt64(nanoseconds)) }

    private func next(_ owed: inout OwedReplies<Int>) -> String {
        switch owed.answered() {
        case .to(let waiter): "\(waiter)"
        case .toNobody: "nobody"
        case .unasked: "unasked"
        }
    }

    @Test func `replies go to the waiters in order, and one too many is unasked`() {
        var owed = queue(3000)
        for waiter in 0..<3000 { #expect(next(&owed) == "\(waiter)") }
        #expect(owed.isEmpty)
        #expect(next(&owed) == "unasked")
    }

    @Test func `a waiter who goes leaves an empty place, so that the next keeps its own reply`() {
        var owed = queue(3)
        #expect(owed.cancelled(2) == 1)
        #expect(owed.cancelled(2) == nil)
        #expect(owed.cancelled(9) == nil)
        #expect(owed.count == 3)
        #expect([next(&owed), next(&owed), next(&owed)] == ["0", "nobody", "2"])
        #expect(owed.cancelled(1) == nil)
    }

    @Test func `a deadline fails its waiter alone, and the grace time after it the connection`() {
        var owed = queue(3)
        var expiry = owed.expired(at: moment(99))
        #expect(expiry.late == [] && !expiry.isDead && expiry.next == moment(100))
        expiry = owed.expired(at: moment(101))
        #expect(expiry.late == [0, 1] && !expiry.isDead && expiry.next == moment(102))
        expiry = owed.expired(at: moment(150))
        #expect(expiry.late == [2] && expiry.isDead)
    }

    @Test func `a late reply within the grace time is thrown away and saves the connection`() {
        var owed = queue(2)
        #expect(owed.expired(at: moment(100)).late == [0])
        #expect([next(&owed), next(&owed)] == ["nobody", "1"])
        let expiry = owed.expired(at: moment(1000))
        #expect(expiry.late == [] && !expiry.isDead && expiry.next == nil)
    }

    @Test func `a cancelled command's missing reply condemns the connection too`() {
        var owed = queue(1)
        #expect(owed.cancelled(1) == 0)
        #expect(owed.expired(at: moment(100)).late == [])
        #expect(owed.expired(at: moment(150)).isDead)
    }

    @Test func `at a loss it is known which commands never left`() {
        var owed = queue(3)
        _ = owed.cancelled(1)
        let lost = owed.lost(written: 11)
        #expect(lost.map(\.waiter) == [1, 2])
        #expect(lost.map(\.wasSent) == [true, false])
        #expect(owed.isEmpty)
    }
}
