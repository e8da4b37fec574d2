import Loop
import Service
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServiceGroupTests {
    private struct Broken: Error {}

    /// What happened, in order, from any thread.
    private final class Diary: Sendable {
        private let entries = Mutex<[String]>([])
        func write(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    private func member(_ name: StaticString, _ diary: Diary) -> ServiceGroup.Member {
        .init(name) { shift in
            diary.write("\(name) began")
            shift.ready()
            await shift.untilOver()
            diary.write("\(name) ended")
        }
    }

    private func run(
        _ members: [ServiceGroup.Member], deadline: Duration = .seconds(30),
        _ body: @escaping @Sendable (ServiceGroup, Loop) async throws -> Void
    ) async throws -> (outcome: ServiceGroup.Outcome, exits: Int, log: String) {
        let capture = try LogCapture()
        let exits = Mutex(0)
        let outcome = try await Loops.with(2) { loops in
            let group = ServiceGroup(members, deadline: deadline, log: Log(capture.writer), loop: loops.first) {
                exits.withLock { $0 += 1 }
            }
            async let outcome = group.run()
            try await body(group, loops.first)
            return await outcome
        }
        return (outcome, exits.withLock { $0 }, capture.text())
    }

    @Test func `services start in order and stop in reverse`() async throws {
        let diary = Diary()
        let result = try await run([member("a", diary), member("b", diary), member("c", diary)]) { group, loop in
            try await loop.until("all began") { diary.all.count == 3 }
            group.stop()
        }
        #expect(diary.all == ["a began", "b began", "c began", "c ended", "b ended", "a ended"])
        #expect(result.outcome.exitCode == 0 && result.exits == 0)
        let events = result.log.split(separator: "\n").compactMap {
            $0.split(separator: "\"event\":\"").last?.prefix { $0 != "\"" }
        }
        #expect(events.filter { $0 == "service_ended" }.count == 3)
        #expect(events.contains("stop_requested"))
    }

    @Test func `a service that throws stops the others and gives its error`() async throws {
        let diary = Diary()
        let failing = ServiceGroup.Member("broken") { shift in
            shift.ready()
            throw Broken()
        }
        let result = try await run([member("a", diary), failing]) { _, _ in }
        #expect(diary.all == ["a began", "a ended"])
        #expect(result.outcome.exitCode == 1)
        guard case .failed(let name, let error) = result.outcome else {
            Issue.record("not failed: \(result.outcome)")
            return
        }
        #expect("\(name)" == "broken" && error is Broken)
        #expect(
            result.log.contains(
                #""level":"error","event":"service_failed","process":"test","service":"broken","error":"Broken""#))
    }

    @Test func `a service that returns unasked stops the others`() async throws {
        let diary = Diary()
        let result = try await run([member("a", diary), .init("short") { $0.ready() }]) { _, _ in }
        guard case .ended(let name) = result.outcome else {
            Issue.record("not ended: \(result.outcome)")
            return
        }
        #expect("\(name)" == "short")
        #expect(diary.all == ["a began", "a ended"])
    }

    @Test func `one that does not stop in time is cancelled`() async throws {
        let diary = Diary()
        let stubborn = ServiceGroup.Member("stubborn", grace: .milliseconds(20)) { shift in
            diary.write("stubborn began")
            shift.ready()
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
            diary.write("stubborn cancelled")
            throw CancellationError()
        }
        let result = try await run([member("a", diary), stubborn]) { group, loop in
            try await loop.until("both began") { diary.all.count == 2 }
            group.stop()
        }
        #expect(diary.all == ["a began", "stubborn began", "stubborn cancelled", "a ended"])
        #expect(result.outcome.exitCode == 0)
        #expect(result.log.contains("service_cancelled"))
    }

    @Test func `past the deadline everybody is cancelled at once`() async throws {
        let diary = Diary()
        func deaf(_ name: StaticString) -> ServiceGroup.Member {
            .init(name, grace: .seconds(3600)) { shift in
                diary.write("\(name) began")
                shift.ready()
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
            }
        }
        let result = try await run([deaf("a"), deaf("b")], deadline: .milliseconds(20)) { group, loop in
            try await loop.until("both began") { diary.all.count == 2 }
            group.stop()
        }
        #expect(result.outcome.exitCode == 0)
        #expect(result.log.split(separator: "\n").filter { $0.contains("service_cancelled") }.count == 2)
    }

    @Test func `a second request to stop ends the process`() async throws {
        let diary = Diary()
        let release = Diary()
        let slow = ServiceGroup.Member("slow", grace: .seconds(3600)) { shift in
            diary.write("began")
            shift.ready()
            while release.all.isEmpty { await Task.yield() }
        }
        let exits = Mutex(0)
        let capture = try LogCapture()
        try await Loops.with { loops in
            let group = ServiceGroup([slow], deadline: .seconds(3600), log: Log(capture.writer), loop: loops.first) {
                exits.withLock { $0 += 1 }
            }
            let task = Task(executorPreference: loops.first) { await group.run() }
            try await loops.first.until("it began") { !diary.all.isEmpty }
            group.stop()
            group.stop()
            // The service still runs: nobody waits for it.
            guard case .abandoned = await task.value else {
                Issue.record("not abandoned")
                return
            }
            #expect(exits.withLock { $0 } == 1)
            release.write("now")
        }
        #expect(capture.text().contains("exit_without_stop"))
    }

    @Test func `a stop before the start, and cancelling the group, both end it in order`() async throws {
        let diary = Diary()
        let members = [member("a", diary), member("b", diary)]
        let capture = try LogCapture()
        let codes = try await Loops.with { loops in
            let early = ServiceGroup(members, deadline: .seconds(30), log: Log(capture.writer), loop: loops.first) {}
            early.stop()
            let first = await early.run().exitCode
            let group = ServiceGroup(members, deadline: .seconds(30), log: Log(capture.writer), loop: loops.first) {}
            let task = Task(executorPreference: loops.first) { await group.run().exitCode }
            try await loops.first.until("both began") { diary.all.count == 4 }
            task.cancel()
            return [first, await task.value]
        }
        #expect(codes == [0, 0])
        #expect(diary.all == ["a began", "a ended", "a began", "b began", "b ended", "a ended"])
    }
}
