import Crypto
import Domain

/// What `ledgerline tail` is told on the command line.
struct TailOptions {
    static let limitRange = 1...1_000_000
    static let limitUsual = 20

    let isFollowing: Bool
    let isFromStart: Bool
    let isRevealing: Bool
    let isJSON: Bool
    let types: Set<String>
    let call: UUID?
    /// Nil: no limit.
    let limit: Int?

    init(_ arguments: [String]) throws(UsageError) {
        let arguments = try Arguments(
            arguments, flags: ["--follow", "--from-start", "--reveal", "--json"],
            values: ["--type", "--call", "--limit"])
        _ = try arguments.words()
        isFollowing = arguments.has("--follow")
        isFromStart = arguments.has("--from-start")
        isRevealing = arguments.has("--reveal")
        isJSON = arguments.has("--json")
        types = Set(arguments.all("--type"))
        call = try arguments.id("--call")
        let limit = try arguments.count("--limit", in: Self.limitRange)
        self.limit = limit ?? (arguments.has("--from-start") ? nil : Self.limitUsual)
        // A typing error would otherwise show nothing, for ever.
        if let unknown = types.first(where: { EventType(rawValue: $0) == nil }) {
            throw UsageError("no event has the type \(unknown); docs/events.md lists them")
        }
    }
}
