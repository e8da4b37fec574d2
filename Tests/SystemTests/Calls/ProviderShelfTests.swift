import Domain
import Loop
import Providers
import Testing

@testable import Realtime

/// Who is asked, in which order, and who rests.
struct ProviderShelfTests {
    private static let now = Moment(nanoseconds: 1_000_000_000_000)
    private static let fault = StreamFault(.disconnected)

    private static func shelf(_ names: String...) -> ProviderShelf<String> {
        ProviderShelf(names.map { (name: $0, adapter: $0.uppercased()) })
    }

    private static func exhaust(_ name: String, of shelf: ProviderShelf<String>) {
        for _ in 0..<ProviderBreaker.Settings().failuresMax { shelf.failed(name, fault, at: now) }
    }

    @Test func `an empty shelf says so and gives nothing`() {
        let shelf = Self.shelf()
        #expect(shelf.isEmpty && shelf.order(at: Self.now) == [] && shelf.take("a", at: Self.now) == nil)
    }

    @Test func `each is found by its name, in the order given`() {
        let shelf = Self.shelf("a", "b")
        #expect(!shelf.isEmpty && shelf.order(at: Self.now) == ["a", "b"])
        #expect(shelf.take("a", at: Self.now) == "A" && shelf.take("b", at: Self.now) == "B")
        #expect(shelf.take("c", at: Self.now) == nil)
    }

    @Test func `who has failed too often is last, and refused while another may do`() {
        let shelf = Self.shelf("a", "b")
        Self.exhaust("a", of: shelf)
        #expect(shelf.order(at: Self.now) == ["b", "a"])
        #expect(shelf.standing(at: Self.now).map(\.isResting) == [true, false])
        #expect(shelf.take("a", at: Self.now) == nil && shelf.take("b", at: Self.now) == "B")
    }

    @Test func `where all rest, they are asked all the same`() {
        let shelf = Self.shelf("a", "b")
        Self.exhaust("a", of: shelf)
        Self.exhaust("b", of: shelf)
        #expect(shelf.order(at: Self.now) == ["a", "b"])
        #expect(shelf.take("a", at: Self.now) == "A" && shelf.take("b", at: Self.now) == "B")
        let alone = Self.shelf("a")
        Self.exhaust("a", of: alone)
        #expect(alone.take("a", at: Self.now) == "A")
    }

    @Test func `after its rest one stream tries it, and what it did says how long it was away`() {
        let shelf = Self.shelf("a", "b")
        Self.exhaust("a", of: shelf)
        let later = Self.now + ProviderBreaker.Settings().rest
        #expect(shelf.order(at: later) == ["a", "b"])
        #expect(shelf.take("a", at: later) == "A")
        // The first is still out.
        #expect(shelf.take("a", at: later) == nil)
        #expect(shelf.succeeded("a", at: later) == ProviderBreaker.Settings().rest)
        #expect(shelf.take("a", at: later) == "A" && shelf.succeeded("a", at: later) == nil)
    }

    @Test func `whoever was let go while it was tried may be tried again at once`() {
        let shelf = Self.shelf("a", "b")
        Self.exhaust("a", of: shelf)
        let later = Self.now + ProviderBreaker.Settings().rest
        #expect(shelf.take("a", at: later) == "A")
        shelf.abandoned("a", at: later)
        #expect(shelf.take("a", at: later) == "A")
    }

    @Test func `a fault of the content is held against nobody, and strangers are passed over`() {
        let shelf = Self.shelf("a", "b")
        for _ in 0..<10 { shelf.failed("a", StreamFault(.filtered), at: Self.now) }
        shelf.failed("c", Self.fault, at: Self.now)
        shelf.abandoned("c", at: Self.now)
        #expect(shelf.succeeded("c", at: Self.now) == nil && shelf.order(at: Self.now) == ["a", "b"])
    }
}
