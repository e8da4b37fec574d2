import Crypto
package import Domain
package import Journal

/// A trace as it was found.
package struct TraceReading: Sendable {
    /// How it ends.
    package enum End: Hashable, Sendable {
        /// With the call.
        case whole
        /// Before: the process was killed, or the trace grew too long, or the call is still going on.
        case cut
        /// What follows was damaged.
        case damaged(TraceFault)
    }

    package let call: CallID
    package let organization: OrganizationID
    package let opening: TraceOpening
    package let steps: [TraceStep]
    package let end: End
    /// Of all effects, if the trace ends with the call.
    package let effectsDigest: UInt64?
    package let isSealed: Bool

    /// Throws where nothing of it can be read; what can be read is there, with how it ends.
    package init(_ file: RecordFile, _ sealing: Sealing?) throws(TraceFault) {
        guard let first = file.records.first else { throw .noTrace }
        let head = try TraceHead(first)
        var lock = TraceLock(box: nil, call: head.call)
        if let wrapped = head.wrappedKey {
            guard let sealing else { throw .sealed }
            guard let box = sealing.fileKey(wrapped: wrapped, head.organization, head.call) else {
                throw .doesNotOpen
            }
            lock.box = box
        }
        guard file.records.count > 1 else { throw .breaksOff }
        let second = try lock.open(file.records[1], 1)
        guard second.first == TracePiece.opening.rawValue else { throw .meaningless("an opening") }
        let opening = try TraceOpening(second.dropFirst())
        guard opening.call == CallID(head.call) else { throw .meaningless("the settings of another call") }
        var reader = StepReader(from: opening.startedAt)
        var steps: [TraceStep] = []
        var digest: UInt64?
        var fault: TraceFault?
        for (place, record) in file.records.enumerated().dropFirst(2) {
            do throws(TraceFault) {
                let piece = try lock.open(record, UInt32(truncatingIfNeeded: place))
                switch piece.first.flatMap(TracePiece.init) {
                case .steps: try reader.read(piece.dropFirst()) { steps.append($0) }
                case .over: digest = try Self.digest(piece.dropFirst(), steps.count)
                case .opening, nil: throw .meaningless("a record")
                }
            } catch {
                fault = error
                break
            }
        }
        (call, organization) = (CallID(head.call), OrganizationID(head.organization))
        (self.opening, self.steps, effectsDigest) = (opening, steps, digest)
        isSealed = head.wrappedKey != nil
        if fault == nil, file.badBytes > 0, !file.isTorn { fault = .breaksOff }
        end = fault.map { .damaged($0) } ?? (digest == nil || file.badBytes > 0 ? .cut : .whole)
    }

    private static func digest(_ bytes: ArraySlice<UInt8>, _ steps: Int) throws(TraceFault) -> UInt64 {
        var end = TraceReader()
        end.take(bytes)
        guard try end.number() == UInt64(steps) else { throw .meaningless("another number of steps than it has") }
        return try end.fixed()
    }
}
