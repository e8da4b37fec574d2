import Crypto
import Domain
import HTTP
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
    private let store: S3Links?
    private let lane: Lane

    init(_ settings: HouseSettings, _ key: Crypto.Secret) throws {
        let store = try settings.recordings.store.map { try S3Links($0) }
        try self.init(
            home: settings.carrier.publicURL.text, folder: settings.recordings.folder, store: store, key: key)
    }

    init(home: String, folder: String, store: S3Links?, key: Crypto.Secret) throws(SystemError) {
        (self.home, self.folder, self.store, self.key) = (home, folder, store, key)
        lane = try Lane(name: "recordings")
    }

    // MARK: - Making

    /// Where it is in a bucket that is no more set, there is none.
    func link(to row: RecordingRow, at now: Timestamp) throws(Problem) -> (url: String, expiresAt: Timestamp) {
        switch row.place {
        case .folder: return link(to: row.key, at: now)
        case .bucket:
            guard let store else {
                throw Problem(.serviceUnavailable, "store_not_set", detail: "this server knows no store of recordings")
            }
            let seconds = Self.lifetime.components.seconds
            return (store.link(to: row.key, seconds: Int(seconds), at: now), now + Self.lifetime)
        }
    }

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

    func response(to request: Request, _ key: String) async throws -> Response {
        let (folder, lane) = (folder, lane)
        let files: StaticFiles
        do {
            // Nobody makes the folder before something is recorded.
            files = try await lane.run {
                try StaticFiles(root: folder, lane: lane, cacheControl: "private, no-store")
            }
        } catch let error as SystemError where error.isNoSuchFile {
            throw Problem.notFound
        } catch is LaneFull {
            throw Problems.busy
        }
        return try await files.response(to: request, path: key)
    }
}
