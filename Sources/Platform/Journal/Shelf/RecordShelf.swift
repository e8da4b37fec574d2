package import Loop
import Synchronization

/// A folder of files of records: each is written from its beginning by whoever asked for it, and removed when it is old or there
/// are too many bytes of them. For what is good to have and may be lost: nothing is synced, and a disk that fails or falls behind
/// ends files early and stops nobody.
///
/// Files are written by a thread of the shelf's own, many records at a time, in the order in which they were given.
package final class RecordShelf: Sendable {
    /// Of a record that waits, beside its bytes.
    private static let weightMin = 128

    package let folder: String
    private let suffix: String
    private let limits: ShelfLimits
    private let disk: ShelfDisk
    private let lane: Lane
    private let observe: @Sendable (ShelfHappening) -> Void
    private let state = Mutex(State())

    private struct State {
        var errands: [Errand] = []
        var isDraining = false
        var volumes: UInt64 = 0
        var statistics = ShelfStatistics()
    }

    private enum Errand: Sendable {
        case begin(ShelfVolume, name: String)
        case append(ShelfVolume, weight: Int, @Sendable () -> [UInt8])
        case end(UInt64)
    }

    /// Touches no disk yet. Fails only when the system grants no further thread.
    package init(
        _ folder: String, suffix: String, limits: ShelfLimits = ShelfLimits(),
        observe: @escaping @Sendable (ShelfHappening) -> Void = { _ in }
    ) throws(SystemError) {
        (self.folder, self.suffix, self.limits, self.observe) = (folder, suffix, limits, observe)
        disk = ShelfDisk(folder, suffix: suffix, limits)
        lane = try Lane(name: "shelf")
    }

    package var statistics: ShelfStatistics { state.withLock { $0.statistics } }

    // MARK: - From any thread; nothing here waits

    /// A new file of that name; where there is one already, with a number behind it.
    package func begin(_ name: String) -> ShelfVolume {
        let number = state.withLock { state in
            state.volumes += 1
            return state.volumes
        }
        let volume = ShelfVolume(self, number)
        give(.begin(volume, name: name))
        return volume
    }

    /// `make` gives the record, on the shelf's thread. False if the file has ended.
    func append(weight: Int, to volume: ShelfVolume, _ make: @escaping @Sendable () -> [UInt8]) -> Bool {
        let weight = weight + Self.weightMin
        let isTaken = state.withLock { state in
            guard state.statistics.bytesWaiting + weight <= limits.waitingMax else { return false }
            state.statistics.bytesWaiting += weight
            return true
        }
        guard isTaken else {
            cut(volume)
            return false
        }
        give(.append(volume, weight: weight, make))
        return true
    }

    func end(_ volume: UInt64) { give(.end(volume)) }

    private func give(_ errand: Errand) {
        let isFirst = state.withLock { state in
            state.errands.append(errand)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        guard isFirst else { return }
        do throws(LaneFull) { try lane.give { [self] in drain() } } catch {
            preconditionFailure("one errand is too many for a shelf's own lane: \(error)")
        }
    }

    /// Returns when all that was given has been written, or was not taken.
    package func untilWritten() async throws { try await lane.run {} }

    /// Of all files there are, also of those that others have left.
    package func names() async throws -> [String] { try await lane.run { [disk] in try disk.names() } }

    /// Those go now, whatever their age. One that is still written goes on without a name.
    package func remove(_ isWanted: @escaping @Sendable (String) -> Bool) async throws {
        let removed = try await lane.run { [disk] in try disk.remove(isWanted) }
        if removed > 0 { state.withLock { $0.statistics.filesSwept += removed } }
    }

    /// The same; and gives the folder up. What is given afterwards opens it again.
    package func close() async throws { try await lane.run { [disk] in disk.close() } }

    // MARK: - On the lane

    private func drain() {
        while true {
            let ready = state.withLock { state in
                let ready = state.errands
                state.errands = []
                state.isDraining = !ready.isEmpty
                return ready
            }
            if ready.isEmpty { return }
            for errand in ready { perform(errand) }
        }
    }

    private func perform(_ errand: Errand) {
        switch errand {
        case .begin(let volume, let name):
            attempt(volume) { () throws(SystemError) in
                try disk.begin(volume.number, name)
                return true
            }
            account { if !volume.isCut { $0.filesBegun += 1 } }
            sweepIfDue(for: 0)
        case .append(let volume, let weight, let make):
            if !volume.isCut {
                let record = make()
                sweepIfDue(for: RecordFormat.overhead + record.count)
                attempt(volume) { () throws(SystemError) in
                    try disk.append(record, to: volume.number)
                }
                account {
                    guard !volume.isCut else { return }
                    $0.recordsWritten += 1
                    $0.bytesWritten += record.count
                }
            }
            account { $0.bytesWaiting -= weight }
        case .end(let number): disk.end(number)
        }
    }

    /// What the disk does not take ends the file.
    private func attempt(_ volume: ShelfVolume, _ body: () throws(SystemError) -> Bool) {
        do throws(SystemError) {
            if try !body() { return cut(volume) }
            told(nil)
        } catch {
            cut(volume)
            disk.end(volume.number)
            told(error)
        }
    }

    private func sweepIfDue(for room: Int) {
        let now = Moment.now
        guard disk.isSweepDue(for: room, at: now) else { return }
        do throws(SystemError) {
            let swept = try disk.sweep(for: room, at: now)
            guard swept > 0 else { return }
            account { $0.filesSwept += swept }
            observe(.swept(files: swept))
        } catch { told(error) }
    }

    private func told(_ error: SystemError?) {
        let isNews = state.withLock { state in
            defer { state.statistics.isHealthy = error == nil }
            return state.statistics.isHealthy != (error == nil)
        }
        guard isNews else { return }
        observe(error.map { .failing($0) } ?? .mended)
    }

    private func cut(_ volume: ShelfVolume) {
        guard volume.cut() else { return }
        account { $0.filesCut += 1 }
        observe(.cut)
    }

    private func account(_ change: (inout ShelfStatistics) -> Void) {
        let bytes = lane.isCurrent ? disk.bytes : nil
        state.withLock { state in
            change(&state.statistics)
            if let bytes { state.statistics.bytesKept = bytes }
        }
    }
}
