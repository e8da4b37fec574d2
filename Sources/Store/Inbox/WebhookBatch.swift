import Crypto
import Domain
import Postgres
import Wire

/// Webhooks that are taken together, as the arguments of `take_webhooks`. Each is of another call, and none is there twice.
struct WebhookBatch {
    private(set) var deliveries: [WebhookDelivery] = []
    private(set) var byteCount = 0

    /// Nothing is added where a webhook of the same call, or the same webhook, is in it already, or where there is no room.
    mutating func add(_ delivery: WebhookDelivery) -> Bool {
        let size = delivery.byteCount
        guard deliveries.count < WebhookLine.batchMax,
            deliveries.isEmpty || byteCount + size <= WebhookLine.batchBytesMax,
            !deliveries.contains(where: {
                $0.target?.stream == delivery.target?.stream
                    || ($0.id == delivery.id && $0.provider == delivery.provider)
            })
        else { return false }
        deliveries.append(delivery)
        byteCount += size
        return true
    }

    var sql: SQL {
        let targets = deliveries.compactMap(\.target)
        let events = deliveries.flatMap(\.events)
        let counts = deliveries.map { Int32(clamping: $0.events.count) }
        var (starts, batches): ([Int32], [Int32]) = ([], [])
        for (index, count) in counts.enumerated() {
            starts.append(Int32(clamping: batches.count))
            for _ in 0..<count { batches.append(Int32(clamping: index + 1)) }
        }
        return """
            SELECT are_plain FROM take_webhooks(
                \(deliveries.map(\.provider)), \(deliveries.map(\.id)), \(deliveries.map(\.signedAt)),
                \(deliveries.map(\.bodyDigest)), \(deliveries.map(\.leg)), \(targets.map(\.stream)),
                \(targets.map(\.organization)), \(targets.map(\.lane)), \(starts), \(counts),
                \(events.map(\.id)), \(events.map(\.type)), \(events.map(\.schemaVersion)), \(events.map(\.occurredAt)),
                \(events.map { JSON($0.payload) }), \(events.map { $0.meta.map { JSON($0) } }), \(events.map(\.keyID)),
                \(batches))
            """
    }
}

extension WebhookDelivery {
    var byteCount: Int { events.reduce(0) { $0 + $1.byteCount } }

    /// Whether there is nothing to find out any more: it is of a leg whose call is in the log.
    var mayGoTogether: Bool {
        guard verdict == .applied, leg != nil, let target, target.kind == .call, target.lane != nil else {
            return false
        }
        return legStream == target.stream && !events.isEmpty && byteCount <= WebhookLine.batchBytesMax
    }
}
