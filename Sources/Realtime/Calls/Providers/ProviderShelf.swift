import Domain
import Loop
import Providers

/// The providers of one kind that a loop's calls may use, each behind its breaker. Which one is asked is decided by the call;
/// this says in which order, and who is better left alone. On its loop's thread alone.
final class ProviderShelf<Adapter> {
    private let adapters: [Adapter]
    private var chain: ProviderChain

    init(_ adapters: [(name: String, adapter: Adapter)]) {
        self.adapters = adapters.map(\.adapter)
        chain = ProviderChain(adapters.map(\.name))
    }

    var isEmpty: Bool { adapters.isEmpty }

    /// Those that work first, those that rest last.
    func order(at now: Moment = .now) -> [String] {
        let places = chain.names.indices
        return (places.filter { chain.allows($0, at: now) } + places.filter { !chain.allows($0, at: now) })
            .map { chain.names[$0] }
    }

    /// Each, in the order given, and whether it rests.
    func standing(at now: Moment = .now) -> [(name: String, isResting: Bool)] {
        chain.names.indices.map { (chain.names[$0], !chain.allows($0, at: now)) }
    }

    /// Nil for one that rests while another might do. Where all rest it is asked all the same: there is nothing to be lost.
    func take(_ name: String, at now: Moment = .now) -> Adapter? {
        guard let place = place(name) else { return nil }
        let others = Set(chain.names.indices).subtracting([place])
        if chain.choose(except: others, at: now) != nil { return adapters[place] }
        return others.contains { chain.allows($0, at: now) } ? nil : adapters[place]
    }

    func succeeded(_ name: String, at now: Moment = .now) -> Duration? {
        place(name).flatMap { chain.succeeded($0, at: now) }
    }

    func failed(_ name: String, _ fault: StreamFault, at now: Moment = .now) {
        if let place = place(name) { chain.failed(place, fault, at: now) }
    }

    func abandoned(_ name: String, at now: Moment = .now) {
        if let place = place(name) { chain.abandoned(place, at: now) }
    }

    private func place(_ name: String) -> Int? { chain.names.firstIndex(of: name) }
}
