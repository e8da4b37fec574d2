import Crypto
import Domain
import HTTP
import Journal
import Loop
import Providers
import Store
import Wire

/// Links to the sound of recordings: good for everybody who has one, for a short time.
struct RecordingLinks: Sendable {
    /// Long enough to begin a download, or to listen to the end of most calls.
    static let lifetime = Duration.seconds(15 * 60)
    static let path = "/recordings/{organization}/{name}"
    static let suffix = ".wav"
    /// What a signature is for: this key signs nothing else.
    private static let purpose = "GET"

    private let key: Crypto.Secret
    private let home: String
    private let folder: String
    private let store: S3Settings?
    private let storeLinks: S3Links?
    private let lane: Lane

    init(_ settings: HouseSettings, _ key: Crypto.Secret) throws {
        try self.init(
            home: settings.carrier.publicURL.text, folder: settings.recordings.folder, store: settings.recordings.store,
            key: key)
    }

    init(home: String, folder: String, store: S3Settings?, key: Crypto.Secret) throws {
        (self.home, self.folder, self.store, self.key) = (home, folder, store, key)
        storeLinks = try store.map { try S3Links($0) }
        lane = try Lane(name: "recordings")
    }

    // MARK: - Making

    /// Where it is in a bucket that is no more set, there is none. What is sealed goes through us, wherever it is.
    func link(to row: RecordingRow, at now: Timestamp) throws(Problem) -> (url: String, expiresAt: Timestamp) {
        guard row.place == .bucket else { return link(to: row.soundKey, at: now) }
        guard let storeLinks else { throw Self.noStore }
        if row.keyID != nil { return link(to: row.soundKey, at: now) }
        let seconds = Self.lifetime.components.seconds
        return (storeLinks.link(to: row.key, seconds: Int(seconds), at: now), now + Self.lifetime)
    }

    private static let noStore = Problem(
        .serviceUnavailable, "store_not_set", detail: "this server knows no store of recordings")

    func link(to key: String, at now: Timestamp) -> (url: String, expiresAt: Timestamp) {
        let expires = (now + Self.lifetime).microseconds / 1_000_000
        let signature = Base64.url.encode(code(key, expires).span)
        return (
            "\(home)/recordings/\(key)?expires=\(expires)&signature=\(signature)",
            Timestamp(microseconds: expires * 1_000_000)
        )
    }

    private func code(_ key: String, _ expires: Int64) -> [UInt8] {
        HMACSHA256.code(for: Array("\(Self.purpose)\n\(key)\n\(expires)".utf8).span, key: self.key)
    }

    // MARK: - Following

    /// The key that a request may read. Of a wrong signature nobody learns whether there is something.
    func key(
        in request: Request, _ organization: OrganizationID, _ recording: RecordingID, at now: Timestamp
    ) throws(Problem) -> String {
        let key = "\(organization)/\(recording)\(Self.suffix)"
        guard let expires = request.query["expires"].flatMap({ Int64($0) }),
            let given = request.query["signature"].flatMap({ try? Base64.url.decode($0) }),
            areEqualInConstantTime(given.span, code(key, expires).span)
        else { throw .notFound }
        guard now.microseconds < expires * 1_000_000 else {
            throw Problem(.gone, "link_expired", detail: "ask for the call's recording again: it comes with a new link")
        }
        return key
    }

    private static let cacheControl = "private, no-store"

    /// Of what lies there as it is.
    func response(to request: Request, _ row: RecordingRow) async throws -> Response {
        let (folder, lane) = (folder, lane)
        let files: StaticFiles
        do {
            // Nobody makes the folder before something is recorded.
            files = try await lane.run {
                try StaticFiles(root: folder, lane: lane, cacheControl: Self.cacheControl)
            }
        } catch let error as SystemError where error.isNoSuchFile {
            throw Problem.notFound
        } catch is LaneFull {
            throw Problems.busy
        }
        return try await files.response(to: request, path: row.key)
    }

    /// Of what is sealed: it is opened on its way out, and never lies open anywhere.
    func response(
        to request: Request, _ row: RecordingRow, sealedWith seal: SoundSeal, through http: HTTPClient
    ) async throws -> Response {
        let size = Int(row.byteCount)
        let read = try sealedBytes(of: row, through: http)
        let content = RangedContent(
            size: size, tag: EntityTag(row.id.description), modifiedAt: row.storedAt.microseconds / 1_000_000,
            pieceBytes: Self.piecesAtOnce * SoundSeal.pieceBytes
        ) { range in
            try await seal.open(range, of: size, read)
        }
        do {
            return try await content.response(
                to: request, Response(.ok, ContentType(WaveHeader.type)).with(.cacheControl, Self.cacheControl))
        } catch let error as SystemError where error.isNoSuchFile {
            throw Problem.notFound
        } catch is LaneFull {
            throw Problems.busy
        }
    }

    /// A store is asked for so many at a time.
    private static let piecesAtOnce = 8

    private func sealedBytes(
        of row: RecordingRow, through http: HTTPClient
    ) throws -> @Sendable (_ place: Int, _ count: Int) async throws -> [UInt8] {
        switch row.place {
        case .folder:
            let (path, lane) = ("\(folder)/\(row.key)", lane)
            return { place, count in try await lane.run { try KeptFile.read(path, from: place, count: count) } }
        case .bucket:
            guard let store else { throw Self.noStore }
            let (bucket, key) = (try S3Bucket(store, through: http), row.key)
            return { place, count in try await bucket.read(key, from: place, count: count) }
        }
    }
}
