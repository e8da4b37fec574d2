/// `gather.ended`: the carrier was asked to collect keys, and does so no more.
package struct GatherEnded: Hashable, Sendable {
    /// By what name it was asked for.
    package var gather: String?
    package var digits: Private<String>?
    /// In the carrier's word.
    package var outcome: String?

    package init(gather: String? = nil, digits: Private<String>? = nil, outcome: String? = nil) {
        self.gather = gather
        self.digits = digits
        self.outcome = outcome
    }
}
