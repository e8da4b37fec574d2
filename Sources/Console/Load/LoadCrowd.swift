import Loop
import Simulators
import Store

/// The calls that are on at the same time. On its loop alone.
final class LoadCrowd {
    /// So many begin in a second: the sound of each then stands at a place of its own.
    static let perSecond = 25
    private static let breathEvery = 4
    private static let breath = Duration.milliseconds(20)
    private static let settlePatience = Duration.seconds(20)
    private static let rhythm = Duration.milliseconds(20)

    private let house: LoadHouse
    private let agent: AgentConfiguration
    private let organization: LoadOrganization
    private let steps: [CallerScript.Step]
    private(set) var callers: [LoadCaller] = []

    init(_ house: LoadHouse, _ organization: LoadOrganization, _ steps: [CallerScript.Step]) {
        (self.house, self.organization, self.steps) = (house, organization, steps)
        agent = LoadStory.agent(house.providers)
    }

    var live: Int { callers.count { $0.line.isStreaming } }
    var refused: Int { callers.count { $0.line.refusedWith != nil } }
    /// Those whose line is gone, or was never there, and nobody has said why.
    var lost: Int { callers.count { !$0.line.isStreaming && $0.line.refusedWith == nil } }

    /// Until so many were asked for, one after the other, or the last of them have hung up.
    func become(_ count: Int, telling tell: () -> Void = {}) async throws {
        while callers.count > count { callers.removeLast().line.hangUpNow() }
        while callers.count < count {
            try await add()
            tell()
            try await house.loop.sleep(for: .seconds(1) / Self.perSecond)
        }
        try await settle()
    }

    /// All at once.
    func rush(_ count: Int) async throws {
        for _ in 0..<count { try await add() }
        try await settle()
    }

    private func add() async throws {
        callers.append(try await LoadCaller.call(house, agent, organization, steps))
    }

    /// Waits until each has its stream, or does not get it.
    private func settle() async throws {
        let limit = Moment.now + Self.settlePatience
        while Moment.now < limit, !callers.allSatisfy(\.isSettled) { try await house.loop.sleep(for: Self.rhythm) }
    }

    /// The first ones hang up, as many as are given.
    func hangUp(_ count: Int) {
        for caller in callers.prefix(count) { caller.line.hangUpNow() }
        callers.removeFirst(min(count, callers.count))
    }

    /// So many call one after the other, and each hangs up by itself. Returns when the last has.
    func pass(_ count: Int) async throws {
        for place in 0..<count {
            try await add()
            // A breath between them, or they would all be one rush.
            if place % Self.breathEvery == 0 { try await house.loop.sleep(for: Self.breath) }
        }
        let limit = Moment.now + Self.settlePatience
        while Moment.now < limit, callers.contains(where: \.line.isAlive) {
            try await house.loop.sleep(for: Self.rhythm)
        }
    }

    /// Of callers who hang up by themselves: those who did not, or were not taken.
    var unfinished: Int { callers.count { $0.line.isAlive || $0.line.refusedWith != nil || $0.line.framesSent == 0 } }

    /// Those who were refused are no longer counted.
    func forgetRefused() { callers.removeAll { $0.line.refusedWith != nil } }

    func collect() -> LineFigures {
        var seen = LineFigures()
        for caller in callers { caller.collect(into: &seen) }
        return seen
    }
}
