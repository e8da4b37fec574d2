/// How many lanes one of several workers shall have.
///
/// All of them count the same way, so that nobody has to tell them: the lanes are enough, and none is left over.
package enum FairShare: Hashable, Sendable {
    case take(upTo: Int)
    case giveBack(Int)
    case enough

    /// `live` counts the one who asks.
    package init(lanes: Int, live: Int, owned: Int) {
        let workers = max(live, 1)
        let share = (lanes + workers - 1) / workers
        self = owned < share ? .take(upTo: share - owned) : owned > share ? .giveBack(owned - share) : .enough
    }
}
