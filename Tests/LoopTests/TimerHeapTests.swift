import Testing

@testable import Loop

@Suite struct TimerHeapTests {
    @Test func `timers come out in order of their moments`() {
        var heap = TimerHeap()
        var fired: [Int] = []
        var random = SystemRandomNumberGenerator()
        let moments = (0..<500).map { _ in UInt64.random(in: 0...50, using: &random) }
        let timers = moments.indices.map { index in Timer { fired.append(index) } }
        for (timer, moment) in zip(timers, moments) { heap.arm(timer, at: Moment(nanoseconds: moment)) }
        while let timer = heap.due(at: .never) { timer.fire() }
        let expected = moments.indices.sorted { (moments[$0], $0) < (moments[$1], $1) }
        #expect(fired == expected)
    }

    @Test func `a disarmed timer is gone and leaves the others in order`() {
        var heap = TimerHeap()
        var fired: [Int] = []
        let timers = (0..<200).map { index in Timer { fired.append(index) } }
        for (index, timer) in timers.enumerated() { heap.arm(timer, at: Moment(nanoseconds: UInt64(index * 7 % 200))) }
        for index in stride(from: 0, to: 200, by: 3) { heap.disarm(timers[index]) }
        heap.disarm(timers[0])
        while let timer = heap.due(at: .never) { timer.fire() }
        #expect(Set(fired) == Set((0..<200).filter { $0 % 3 != 0 }))
        #expect(fired.map { $0 * 7 % 200 } == fired.map { $0 * 7 % 200 }.sorted())
        #expect(heap.count == 0)
    }

    @Test func `arming again moves a timer and never doubles it`() {
        var heap = TimerHeap()
        let timer = Timer {}
        for moment in [9, 3, 7, 5] as [UInt64] { heap.arm(timer, at: Moment(nanoseconds: moment)) }
        #expect(heap.count == 1)
        #expect(heap.earliest == Moment(nanoseconds: 5))
        #expect(heap.due(at: Moment(nanoseconds: 4)) == nil)
        #expect(heap.due(at: Moment(nanoseconds: 5)) === timer)
        #expect(!timer.isArmed)
    }
}
