import Domain
import Store

/// Records one call: hears what its caller says and what is played to them, and hands on what nothing can change any more. On its call's
/// loop alone.
final class CallTape {
    private let volume: RecordingVolume
    private let clock: CallClock
    private var track: RecordingTrack
    /// There will be no recording, and why.
    private let failed: (RecordingFault) -> Void

    init(_ volume: RecordingVolume, _ law: G711, _ clock: CallClock, failed: @escaping (RecordingFault) -> Void) {
        (self.volume, self.clock, self.failed) = (volume, clock, failed)
        track = RecordingTrack(law, at: clock.now)
    }

    func heard(_ audio: Span<UInt8>) {
        let now = clock.now
        track.heard(audio, at: now)
        giveOut(at: now)
    }

    func sent(_ audio: [UInt8]) {
        let now = clock.now
        track.sent(audio, at: now)
        giveOut(at: now)
    }

    func marked(_ number: MarkNumber) { track.marked(number) }
    func played(_ number: MarkNumber) { track.played(number) }
    func cleared() { track.cleared(at: clock.now) }

    func over() {
        let rest = track.takeAll(at: clock.now)
        if !rest.isEmpty { add(rest) }
        volume.end()
    }

    private func giveOut(at now: Instant) { if let frames = track.take(at: now) { add(frames) } }

    private func add(_ frames: [UInt8]) { if let fault = volume.add(frames) { failed(fault) } }
}
