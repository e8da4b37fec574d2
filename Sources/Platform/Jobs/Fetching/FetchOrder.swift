import Crypto

/// What a worker asks for: which kinds, how many, and what must not be exceeded.
struct FetchOrder: Sendable {
    struct Kind: Sendable {
        let name: String
        let runningMax: Int?
        let bucket: String?
    }

    let worker: UUID
    let queue: String
    let kinds: [Kind]
    /// How many jobs of one organization may run at a time, in this queue.
    let organizationRunningMax: Int?
    var limit: Int

    var buckets: [String] { Set(kinds.compactMap(\.bucket)).sorted() }
}
