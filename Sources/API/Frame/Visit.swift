import Crypto
import Domain
import HTTP
import Service
import Store

/// A request whose sender is known: what handlers are given, and all they are given. The database they find here is their
/// sender's; there is no other.
struct Visit: Sendable {
    let request: Request
    let identity: Identity
    let database: TenantDatabase
    let wish: Wish
    let tail: Tail
    /// The way to calls that are live.
    let live: LiveCalls
    /// Wakes who does errands.
    let bell: ErrandBell
    /// What those who carry calls tell of their providers.
    let providers: ProviderBoard
    let analytics: AnalyticsPools
    let outgoing: OutgoingWebhooks
    /// Seals what people are told about; nil where there is no key.
    let sealing: Sealing?
    /// What a text means, to be searched by.
    let meaning: Meaning
    private let cursors: CursorSeal

    init(
        _ request: Request, _ identity: Identity, _ database: TenantDatabase, _ wish: Wish, _ cursors: CursorSeal,
        _ tail: Tail, _ live: LiveCalls, _ bell: ErrandBell, _ providers: ProviderBoard, _ analytics: AnalyticsPools,
        _ outgoing: OutgoingWebhooks, _ sealing: Sealing?, _ meaning: Meaning
    ) {
        self.meaning = meaning
        self.sealing = sealing
        self.outgoing = outgoing
        self.tail = tail
        self.live = live
        self.bell = bell
        self.providers = providers
        self.analytics = analytics
        self.request = request
        self.identity = identity
        self.database = database
        self.wish = wish
        self.cursors = cursors
    }

    /// How an event came about that this request brings about.
    var meta: EventMeta {
        EventMeta(
            request: WorkContext.current.request?.description, actor: identity.actor, address: request.senderAddress)
    }

    // MARK: - Lists

    private var question: String {
        "\(request.route?.description ?? "") \(request.path) \(database.organization) \(wish.question)"
    }

    /// The place behind which the page begins; nil is the beginning.
    func place() throws(Problem) -> CursorSeal.Place? {
        guard let cursor = wish.cursor else { return nil }
        guard let place = cursors.place(in: cursor, for: question) else { throw Problems.invalidCursor }
        return place
    }

    /// A page out of one row more than was wished, if there is one more.
    func page<Row>(
        _ rows: [Row], _ shape: JSONShape<Row>, total: Int?, place: (Row) throws -> CursorSeal.Place
    ) rethrows -> Answer {
        let page = rows.prefix(wish.limit)
        let hasMore = rows.count > wish.limit
        let next = hasMore ? try page.last.map { cursors.cursor(try place($0), for: question) } : nil
        return .page(page, shape, next: next, total: total)
    }

    /// The same for a list that is asked for by a body: `wish` is all of it but the cursor.
    func place(in cursor: String?, asking wish: String) throws(Problem) -> CursorSeal.Place? {
        guard let cursor else { return nil }
        guard let place = cursors.place(in: cursor, for: "\(question) \(wish)") else { throw Problems.invalidCursor }
        return place
    }

    func cursor(behind place: CursorSeal.Place, asking wish: String) -> String {
        cursors.cursor(place, for: "\(question) \(wish)")
    }

    // MARK: - Conditions

    /// The answer with its tag, or 304 if the sender has it already.
    func tagged(_ answer: Answer, version: some BinaryInteger) -> Answer {
        let tag = EntityTag("v\(version)")
        if let list = request.headers[.ifNoneMatch], tag.isNamed(in: list) {
            return Answer(Response(.notModified)).with(.eTag, tag.text)
        }
        return answer.with(.eTag, tag.text)
    }

    /// For what changes something: the sender may say which version it is about.
    func requireMatch(version: some BinaryInteger) throws(Problem) {
        guard let list = request.headers[.ifMatch] else { return }
        guard EntityTag("v\(version)").isNamedStrongly(in: list) else { throw Problems.preconditionFailed }
    }
}
