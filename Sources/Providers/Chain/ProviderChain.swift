package import Domain
package import Loop

/// Several providers of one kind in the order in which they are asked, each behind its breaker; pure.
package struct ProviderChain: Hashable, Sendable {
    package let names: [String]
    private var breakers: [ProviderBreaker]

    package init(_ names: [String], _ settings: ProviderBreaker.Settings = ProviderBreaker.Settings()) {
        self.names = names
        breakers = names.map { _ in ProviderBreaker(settings) }
    }

    /// The first that may be asked and was not yet; it then counts as asked.
    package mutating func choose(except tried: Set<Int>, at now: Moment) -> Int? {
        let choice = names.indices.first { !tried.contains($0) && breakers[$0].allows(at: now) }
        if let choice { breakers[choice].asked(at: now) }
        return choice
    }

    /// It did what it is for. Answers how long it was out of use, if it was.
    package mutating func succeeded(_ place: Int, at now: Moment) -> Duration? { breakers[place].succeeded(at: now) }

    /// It failed. Faults that no other provider would mend are not held against it.
    package mutating func failed(_ place: Int, _ fault: StreamFault, at now: Moment) {
        if fault.failsOver {
            breakers[place].failed(fault, at: now)
        } else {
            breakers[place].abandoned(at: now)
        }
    }

    /// It was let go before it had done anything.
    package mutating func abandoned(_ place: Int, at now: Moment) { breakers[place].abandoned(at: now) }

    package func allows(_ place: Int, at now: Moment) -> Bool { breakers[place].allows(at: now) }
}
