import Crypto
package import Domain
package import Journal
package import Loop
import Service

/// Where a process's recordings are while their calls are: a file of records for each, as traces are written. A disk that fails or falls
/// behind ends recordings and no call.
package final class RecordingSpool: Sendable {
    package static let suffix = ".recording"

    package let folder: String
    package let limits: RecordingLimits
    private let shelf: RecordShelf
    private let sealing: Sealing?
    private let state = Shared(State())
    /// Who puts away what has ended.
    private let ended: @Sendable () -> Void

    private struct State {
        var ended: [(head: RecordingHead, volume: ShelfVolume)] = []
        /// There will be none of these, and the log knows it.
        var failed: Set<RecordingID> = []
    }

    package init(
        _ folder: String, _ sealing: Sealing?, limits: RecordingLimits = RecordingLimits(),
        observe: @escaping @Sendable (ShelfHappening) -> Void = { _ in },
        ended: @escaping @Sendable () -> Void = {}
    ) throws(SystemError) {
        (self.folder, self.sealing, self.limits, self.ended) = (folder, sealing, limits, ended)
        shelf = try RecordShelf(folder, suffix: Self.suffix, limits: limits.shelf, observe: observe)
    }

    package var statistics: ShelfStatistics { shelf.statistics }

    /// From any thread; never waits. Nil where the house's key can't be used, or the disk takes nothing.
    package func begin(_ head: RecordingHead) -> RecordingVolume? {
        var (head, lock) = (head, TraceLock(box: nil, call: head.recording.uuid))
        if let sealing {
            guard let (box, wrapped) = try? sealing.fileKey(head.organization.uuid, head.recording.uuid) else {
                return nil
            }
            lock.box = box
            head.wrappedKey = wrapped
        }
        let volume = shelf.begin(head.recording.description)
        let first = head.bytes
        guard volume.append(weight: first.count, { first }) else { return nil }
        return RecordingVolume(head, volume, lock, in: self)
    }

    /// Without a volume it came to nothing.
    func finished(_ head: RecordingHead, _ volume: ShelfVolume?) {
        state.with { state in
            if let volume { state.ended.append((head, volume)) } else { state.failed.insert(head.recording) }
        }
        ended()
    }

    /// Which came to nothing since: unknown to the log, and known. When all that was given before is written and its files are let go.
    func settled() async throws -> (cut: [RecordingHead], failed: Set<RecordingID>) {
        try await shelf.untilWritten()
        let settled = state.with { state in
            defer { (state.ended, state.failed) = ([], []) }
            return (cut: state.ended.filter(\.volume.isCut).map(\.head), failed: state.failed)
        }
        try await shelf.untilWritten()
        return settled
    }

    /// Opens what was written into such a file. Nil where the house has another key.
    func lock(of head: RecordingHead) -> TraceLock? {
        var lock = TraceLock(box: nil, call: head.recording.uuid)
        guard let wrapped = head.wrappedKey else { return lock }
        guard let box = sealing?.fileKey(wrapped: wrapped, head.organization.uuid, head.recording.uuid) else {
            return nil
        }
        lock.box = box
        return lock
    }

    func path(of recording: RecordingID) -> String { "\(folder)/\(recording)\(Self.suffix)" }

    package func close() async throws { try await shelf.close() }
}

/// One recording on its way to the disk. On its call's loop alone.
package final class RecordingVolume: @unchecked Sendable {
    // `@unchecked` holds because others only read what never changes.

    package let head: RecordingHead
    /// Nil once it is over.
    private var volume: ShelfVolume?
    private let lock: TraceLock
    private let spool: RecordingSpool
    private var number: UInt32 = 0
    private var soundBytes = 0

    init(_ head: RecordingHead, _ volume: ShelfVolume, _ lock: TraceLock, in spool: RecordingSpool) {
        (self.head, self.volume, self.lock, self.spool) = (head, volume, lock, spool)
    }

    /// Never waits. Why there will be no recording, once; nothing more is taken then.
    package func add(_ frames: [UInt8]) -> RecordingFault? {
        guard let volume else { return nil }
        guard soundBytes + frames.count <= spool.limits.soundBytesMax else { return fail(.tooLong) }
        soundBytes += frames.count
        number += 1
        let (lock, place) = (lock, number)
        return volume.append(weight: frames.count) { lock.seal(frames, place) } ? nil : fail(.storageFailed)
    }

    /// The call is over, and this is whole.
    package func end() {
        guard let volume else { return }
        self.volume = nil
        spool.finished(head, volume)
    }

    private func fail(_ fault: RecordingFault) -> RecordingFault {
        volume = nil
        spool.finished(head, nil)
        return fault
    }
}
