package import Domain
package import Loop
import Service

/// One who follows: what waits for them, within limits, and where they began.
package final class TailFollower: Sendable {
    package enum Happening: Sendable {
        case items([TailItem])
        /// Nothing came for a while.
        case nothing
        /// They read too slowly: what waited was let go, and the log still has it.
        case cut
        /// There is nothing more to come from this process.
        case over
    }

    private struct State {
        var start: LogPlace?
        var waiting: [TailItem] = []
        var bytes = 0
        var isCut = false
        var isOver = false
    }

    package let organization: OrganizationID
    package let filter: TailFilter
    private let bell: Bell
    private let state = Shared(State())

    /// `loop` is where `next` is asked.
    package init(_ organization: OrganizationID, _ filter: TailFilter, on loop: Loop) {
        self.organization = organization
        self.filter = filter
        bell = Bell(loop: loop)
    }

    /// Behind which everything comes by itself; known once the hub has taken them.
    package var start: LogPlace? { state.with { $0.start } }

    func begin(at place: LogPlace) { state.with { $0.start = place } }

    /// Answers whether they are cut by it.
    func offer(_ items: [TailItem], _ limits: TailLimits) -> Bool {
        let isCutNow = state.with { state in
            if state.isCut { return false }
            state.waiting += items
            state.bytes += items.reduce(0) { $0 + $1.bytes.count }
            guard state.waiting.count > limits.waitingMax || state.bytes > limits.waitingBytesMax else { return false }
            (state.waiting, state.bytes, state.isCut) = ([], 0, true)
            return true
        }
        bell.ring()
        return isCutNow
    }

    func end() {
        state.with { $0.isOver = true }
        bell.ring()
    }

    /// Everything that waits, or what else there is to know after that time.
    package func next(atMost time: Duration) async -> Happening {
        if let happening = take() { return happening }
        guard await bell.wait(atMost: time) else { return .over }
        return take() ?? .nothing
    }

    private func take() -> Happening? {
        state.with { state in
            if state.isCut { return .cut }
            if !state.waiting.isEmpty {
                defer { (state.waiting, state.bytes) = ([], 0) }
                return .items(state.waiting)
            }
            return state.isOver ? .over : nil
        }
    }
}
