import Loop
import Testing

@testable import HTTP

/// What a connection waits for, and how rarely its timer is touched.
@Suite struct PatienceTests {
    private let limits: Limits = {
        var limits = Limits()
        limits.idleTime = .seconds(10)
        limits.headTime = .seconds(3)
        return limits
    }()

    private func moment(_ second: UInt64) -> Moment { Moment(nanoseconds: second * 1_000_000_000) }

    @Test func `requests one after the other do not touch the timer`() {
        var patience = Patience()
        patience.waits(for: .idle, since: moment(0), limits)
        #expect(patience.momentToArm() == moment(10))
        for second in 1...5 as ClosedRange<UInt64> {
            patience.restart()
            patience.waits(for: .nothing, since: moment(second), limits)
            #expect(patience.momentToArm() == nil)
            patience.waits(for: .idle, since: moment(second), limits)
            #expect(patience.momentToArm() == nil)
        }
        patience.fired()
        #expect(patience.deadline == moment(15))
        #expect(patience.momentToArm() == moment(15))
    }

    @Test func `a handler that runs has no deadline, and a timer that fires meanwhile is not armed again`() {
        var patience = Patience()
        patience.waits(for: .idle, since: moment(0), limits)
        _ = patience.momentToArm()
        patience.restart()
        patience.waits(for: .nothing, since: moment(1), limits)
        patience.fired()
        #expect(patience.deadline == .never)
        #expect(patience.momentToArm() == nil)
    }

    @Test func `a deadline that comes nearer arms the timer anew, and waiting on does not move it`() {
        var patience = Patience()
        patience.waits(for: .idle, since: moment(0), limits)
        _ = patience.momentToArm()
        patience.waits(for: .head, since: moment(1), limits)
        #expect(patience.momentToArm() == moment(4))
        patience.waits(for: .head, since: moment(3), limits)
        #expect(patience.deadline == moment(4))
    }
}
