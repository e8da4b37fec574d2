import TestKit
import Testing

@testable import Service

@Suite struct GroupMachineTests {
    enum Fact {
        case began, ready(Int), finished(Int), failed(Int), stop, grace(Int), deadline, patience
    }

    typealias Step = (fact: Fact, orders: [GroupMachine.Order])

    private func run(_ count: Int, _ steps: [Step]) {
        var machine = GroupMachine(count: count)
        for (number, step) in steps.enumerated() {
            let orders =
                switch step.fact {
                case .began: machine.began()
                case .ready(let index): machine.saidReady(index)
                case .finished(let index): machine.ended(index, .finished)
                case .failed(let index): machine.ended(index, .failed)
                case .stop: machine.stopRequested()
                case .grace(let index): machine.graceOver(index)
                case .deadline: machine.deadlinePassed()
                case .patience: machine.patienceOver()
                }
            #expect(orders == step.orders, "step \(number): \(step.fact)")
        }
    }

    private let started: [Step] = [
        (.began, [.start(0)]), (.ready(0), [.start(1)]), (.ready(1), [.start(2)]), (.ready(2), []),
    ]

    @Test func `services start one by one, each when the one before is ready`() { run(3, started) }

    @Test func `they stop in reverse, one at a time`() {
        run(
            3,
            started + [
                (.stop, [.limitStop, .ask(2)]), (.finished(2), [.ask(1)]), (.finished(1), [.ask(0)]),
                (.finished(0), [.finish(.stopped)]), (.stop, []),
            ])
    }

    @Test func `a stop during the start asks only those that were started`() {
        run(
            3,
            [
                (.began, [.start(0)]), (.ready(0), [.start(1)]), (.stop, [.limitStop, .ask(1)]), (.ready(1), []),
                (.finished(1), [.ask(0)]), (.finished(0), [.finish(.stopped)]),
            ])
    }

    @Test func `a second request ends the process at once`() {
        run(3, started + [(.stop, [.limitStop, .ask(2)]), (.stop, [.exitNow]), (.stop, []), (.finished(2), [])])
    }

    @Test func `a service that fails or ends unasked stops the rest and is named`() {
        run(
            3,
            started + [
                (.failed(1), [.limitStop, .ask(2)]), (.finished(2), [.ask(0)]),
                (.finished(0), [.finish(.ended(1, .failed))]),
            ])
        run(
            2,
            [
                (.began, [.start(0)]), (.ready(0), [.start(1)]), (.finished(0), [.limitStop, .ask(1)]),
                (.finished(1), [.finish(.ended(0, .finished))]),
            ])
        run(2, [(.began, [.start(0)]), (.failed(0), [.limitStop, .finish(.ended(0, .failed))])])
    }

    @Test func `a service over its grace is cancelled, and the next is asked once it ended`() {
        run(
            2,
            [
                (.began, [.start(0)]), (.ready(0), [.start(1)]), (.ready(1), []), (.stop, [.limitStop, .ask(1)]),
                (.grace(1), [.cancel(1)]), (.grace(1), []), (.failed(1), [.ask(0)]), (.grace(1), []),
                (.finished(0), [.finish(.cancelled([1]))]), (.grace(0), []), (.deadline, []),
            ])
    }

    @Test func `past the deadline all are cancelled, and past all patience the process ends`() {
        run(
            3,
            started + [
                (.stop, [.limitStop, .ask(2)]), (.grace(2), [.cancel(2)]),
                (.deadline, [.cancel(1), .cancel(0), .limitCancelling]), (.failed(2), []), (.failed(0), []),
                (.failed(1), [.finish(.cancelled([2, 1, 0]))]), (.patience, []),
            ])
        run(
            1,
            [
                (.began, [.start(0)]), (.ready(0), []), (.stop, [.limitStop, .ask(0)]),
                (.deadline, [.cancel(0), .limitCancelling]), (.patience, [.exitNow]), (.failed(0), []),
            ])
    }

    @Test func `the first request of a group that stops by itself changes nothing, the second ends the process`() {
        run(
            3,
            started + [
                (.failed(1), [.limitStop, .ask(2)]), (.stop, []), (.finished(2), [.ask(0)]), (.stop, [.exitNow]),
                (.stop, []),
            ])
    }

    @Test func `a failure while stopping is told, though the stop was asked for`() {
        run(
            2,
            [
                (.began, [.start(0)]), (.ready(0), [.start(1)]), (.ready(1), []), (.stop, [.limitStop, .ask(1)]),
                (.failed(1), [.ask(0)]), (.finished(0), [.finish(.ended(1, .failed))]),
            ])
    }

    @Test func `one that ends before it was asked is not asked`() {
        run(
            3,
            started + [
                (.stop, [.limitStop, .ask(2)]), (.finished(1), []), (.finished(2), [.ask(0)]),
                (.finished(0), [.finish(.stopped)]),
            ])
    }

    @Test func `in every order of events each service is asked or cancelled after its start, and the group ends once`()
    {
        for seed in UInt64(0)..<2_000 {
            var random = Seeded(seed)
            var machine = GroupMachine(count: 3)
            var orders = machine.began()
            var alive: Set<Int> = []
            var asked: Set<Int> = []
            var ends = 0
            for _ in 0..<60 where ends == 0 {
                for order in orders {
                    switch order {
                    case .start(let index): #expect(alive.insert(index).inserted, "seed \(seed)")
                    case .ask(let index), .cancel(let index):
                        #expect(alive.contains(index), "seed \(seed)")
                        asked.insert(index)
                    case .finish: #expect(alive.isEmpty, "seed \(seed)")
                    case .exitNow, .limitStop, .limitCancelling: break
                    }
                    if case .finish = order { ends += 1 }
                    if order == .exitNow { ends += 1 }
                }
                let index = Int.random(in: 0..<3, using: &random)
                switch Int.random(in: 0..<12, using: &random) {
                case 0: orders = machine.stopRequested()
                case 1: orders = machine.graceOver(index)
                case 2: orders = machine.deadlinePassed()
                case 3...7: orders = alive.contains(index) ? machine.saidReady(index) : []
                default:
                    let ending: GroupMachine.Ending = Bool.random(using: &random) ? .finished : .failed
                    orders = alive.remove(index) == nil ? [] : machine.ended(index, ending)
                }
            }
            #expect(ends <= 1, "seed \(seed)")
        }
    }

}
