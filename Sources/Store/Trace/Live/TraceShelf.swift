import Crypto
package import Domain
package import Journal
package import Loop

/// Where the traces of a process's calls are kept: a file for each call, sealed where the house has a key.
package final class TraceShelf: Sendable {
    package static let suffix = ".trace"

    private let shelf: RecordShelf
    private let sealing: Sealing?

    package init(
        _ folder: String, _ sealing: Sealing?, limits: ShelfLimits = ShelfLimits(),
        observe: @escaping @Sendable (ShelfHappening) -> Void = { _ in }
    ) throws(SystemError) {
        self.sealing = sealing
        shelf = try RecordShelf(folder, suffix: Self.suffix, limits: limits, observe: observe)
    }

    package var statistics: ShelfStatistics { shelf.statistics }

    /// From any thread; never waits. Nil where the house's key can't be used.
    package func begin(_ opening: TraceOpening, of organization: OrganizationID) -> CallTracer? {
        let (call, organization) = (opening.call.uuid, organization.uuid)
        var lock = TraceLock(box: nil, call: call)
        var head = TraceHead(call: call, organization: organization, wrappedKey: nil)
        if let sealing {
            guard let (box, wrapped) = try? sealing.fileKey(organization, call) else { return nil }
            lock.box = box
            head.wrappedKey = wrapped
        }
        let (volume, sealed, first) = (shelf.begin(call.description), lock, head.bytes)
        guard volume.append(weight: first.count, { first }) else { return nil }
        var number: UInt32 = 0
        return CallTracer(opening) { piece in
            number += 1
            let place = number
            return volume.append(weight: piece.count) { sealed.seal(piece, place) }
        }
    }

    /// Returns when all that was given has been written, or was not taken; and gives the folder up.
    package func close() async throws { try await shelf.close() }
}

extension TraceShelf: CallFiles {
    /// `CALL.trace`, and `CALL.2.trace` where there are several.
    package func calls() async throws -> Set<CallID> {
        Set(try await shelf.names().compactMap(Self.call))
    }

    package func forget(_ calls: Set<CallID>) async throws {
        try await shelf.remove { name in Self.call(name).map(calls.contains) ?? false }
    }

    private static func call(_ name: String) -> CallID? {
        name.split(separator: ".").first.flatMap { UUID(String($0)) }.map { CallID($0) }
    }
}

/// Seals and opens the records of one trace. A record of another call, or of another place, does not open.
struct TraceLock: Sendable {
    /// Nil where nothing is sealed.
    var box: SealedBox?
    var call: UUID

    func seal(_ piece: [UInt8], _ number: UInt32) -> [UInt8] {
        box?.seal(piece.span, associated: place(number).span) ?? piece
    }

    func open(_ record: [UInt8], _ number: UInt32) throws(TraceFault) -> [UInt8] {
        guard let box else { return record }
        guard let plain = try? box.openedBytes(record.span, associated: place(number).span) else { throw .doesNotOpen }
        return plain
    }

    private func place(_ number: UInt32) -> [UInt8] {
        call.bytes + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
