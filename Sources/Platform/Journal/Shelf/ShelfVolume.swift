import Synchronization

/// One file on its way onto a shelf. It ends when nobody holds it.
package final class ShelfVolume: Sendable {
    let number: UInt64
    private let shelf: RecordShelf
    private let hasEnded = Atomic(false)

    init(_ shelf: RecordShelf, _ number: UInt64) { (self.shelf, self.number) = (shelf, number) }

    deinit { shelf.end(number) }

    /// It ends early: more records are not taken.
    package var isCut: Bool { hasEnded.load(ordering: .acquiring) }

    /// From any thread; never waits. `make` gives the record, of `weight` bytes or so, on the shelf's thread. False if it is not taken,
    /// and no later one will be.
    @discardableResult
    package func append(weight: Int, _ make: @escaping @Sendable () -> [UInt8]) -> Bool {
        !isCut && shelf.append(weight: weight, to: self, make)
    }

    /// False if it was already.
    func cut() -> Bool {
        hasEnded.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }
}
