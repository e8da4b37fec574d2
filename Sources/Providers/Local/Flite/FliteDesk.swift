import CFlite
import Domain
package import Loop
import Synchronization

/// Threads on which Flite speaks for all calls of a process, one sentence at a time each.
package final class FliteDesk: Sendable {
    /// Sentences that wait for one thread. A voice that is so far behind is none: the next call's is refused.
    package static let waitingMax = 64

    private let usual: LocalSettings.Voice
    private let lanes: [Lane]

    /// Nil where the voice's library is not installed. Opens libraries, so on a thread that may wait.
    package init?(_ voice: LocalSettings.Voice, threads: Int = Loops.coreCount, waitingMax: Int = FliteDesk.waitingMax)
        throws(SystemError)
    {
        guard unsafe flite_find(voice.rawValue) != nil else { return nil }
        usual = voice
        var lanes: [Lane] = []
        for number in 0..<threads { lanes.append(try Lane(name: "flite-\(number)", limit: waitingMax)) }
        self.lanes = lanes
    }

    /// The voice of that name, or the usual one: agents may name a vendor's, which is none of ours.
    package func voice(named name: String?) -> LocalSettings.Voice {
        name.flatMap(LocalSettings.Voice.init(rawValue:)) ?? usual
    }

    /// Transitions between sounds that were wanted in this process and that a voice has not.
    package static var missingSounds: Int { flite_missing_sounds() }

    /// To the thread that has the least to do.
    func give(_ body: @escaping @Sendable () -> Void) throws(LaneFull) {
        guard let lane = lanes.min(by: { $0.waiting < $1.waiting }) else { return }
        try lane.give(body)
    }
}

/// A sentence that a thread speaks, or will; from any thread.
final class FliteTake: Sendable {
    private let stopped = Atomic(false)

    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Within a piece of sound of some 20 ms; one that has not begun never does.
    func stop() { stopped.store(true, ordering: .relaxed) }
}
