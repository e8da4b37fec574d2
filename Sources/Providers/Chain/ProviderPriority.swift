package import Domain
import Loop
import Synchronization

/// What a process knows of the providers of one kind, shared by all its calls: who is asked first, and who rests.
package final class ProviderPriority: Sendable {
    package enum Happening: Hashable, Sendable {
        case failed(String, StreamFault)
        case recovered(String, downFor: Duration)
    }

    private let chain: Mutex<ProviderChain>
    private let observe: @Sendable (Happening) -> Void

    package init(_ chain: ProviderChain, observe: @escaping @Sendable (Happening) -> Void = { _ in }) {
        self.chain = Mutex(chain)
        self.observe = observe
    }

    package var snapshot: ProviderChain { chain.withLock { $0 } }

    func choose(except tried: Set<Int>) -> Int? { chain.withLock { $0.choose(except: tried, at: .now) } }

    func succeeded(_ place: Int) {
        let downFor = chain.withLock { $0.succeeded(place, at: .now) }
        if let downFor { observe(.recovered(snapshot.names[place], downFor: downFor)) }
    }

    func failed(_ place: Int, _ fault: StreamFault) {
        chain.withLock { $0.failed(place, fault, at: .now) }
        observe(.failed(snapshot.names[place], fault))
    }

    func abandoned(_ place: Int) { chain.withLock { $0.abandoned(place, at: .now) } }
}
