import Crypto
import Domain
import HTTP
import Process
import Service
import Store
import Wire

/// Following the log: the hub that reads it for all, and how places in it are told.
struct Tail: Sendable {
    static let lastEventID: HeaderName = "Last-Event-ID"
    static let cursorMax = 512

    let hub: TailHub
    private let box: SealedBox

    init(_ box: SealedBox, _ station: Station, _ sealing: Sealing?, limits: TailLimits = TailLimits()) {
        self.box = box
        let bench = station.benches[0]
        let log = station.log
        hub = TailHub(bench.postgres, bench.redis, limits: limits, sealing: sealing) {
            event, organization, place, log in
            Self.bytes(of: event, id: Self.cursor(place, of: organization, log.id, box))
        } observe: { happening in
            switch happening {
            case .failing(let error): log.warn("tail_failing", .error(error))
            case .recovered: log.info("tail_recovered")
            }
        }
        let hub = hub
        station.metrics.collect { hub.statistics.collect(&$0) }
    }

    func run(_ shift: Shift) async {
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: hub.loop) { await hub.run() }
            shift.ready()
            await shift.untilOver()
            hub.stop()
        }
    }

    static func bytes(of event: RecordedEvent, id: String) -> [UInt8] {
        var queue = ByteQueue()
        queue.appendJSON { CallShapes.event.write(event, to: &$0) }
        let data = String(decoding: queue.withUnsafeBytes { unsafe Array($0) }, as: UTF8.self)
        return ServerEvent(data, name: event.type, id: id).bytes
    }

    // MARK: - Places

    func cursor(_ place: LogPlace, of organization: OrganizationID, _ log: UUID) -> String {
        Self.cursor(place, of: organization, log, box)
    }

    private static func cursor(
        _ place: LogPlace, of organization: OrganizationID, _ log: UUID, _ box: SealedBox
    ) -> String {
        let sealed = box.seal(place.bytes.span, associated: associated(organization, log).span)
        return Base64.url.encode(sealed.span)
    }

    /// Nothing for a cursor that is not ours, or not of this organization and this log.
    func place(in cursor: String, of organization: OrganizationID, _ reader: TailReader) -> LogPlace? {
        guard cursor.utf8.count <= Self.cursorMax else { return nil }
        do {
            let sealed = try Base64.url.decode(cursor)
            return try box.open(sealed.span, associated: Self.associated(organization, reader.log).span).withBytes {
                (bytes: Span<UInt8>) in
                LogPlace(bytes.indices.map { bytes[$0] }, lanes: reader.lanes)
            }
        } catch {
            return nil
        }
    }

    private static func associated(_ organization: OrganizationID, _ log: UUID) -> [UInt8] {
        Array("place \(log) \(organization)".utf8)
    }
}
