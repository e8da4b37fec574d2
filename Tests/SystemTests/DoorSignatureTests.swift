import Crypto
import HTTP
import Postgres
import Providers
import Store
import TestKit
import Testing
import Wire

/// A door that lets in by signature, and a webhook that says nothing of anybody.
enum SignedDoor: String, CaseIterable {
    case telnyx, twilio, stripe, hubSpot

    var path: String {
        switch self {
        case .telnyx: "/webhooks/telnyx/call"
        case .twilio: "/webhooks/twilio/status"
        case .stripe: "/webhooks/stripe"
        case .hubSpot: "/webhooks/hubspot"
        }
    }

    /// One of its own for each number.
    func body(_ number: Int) -> [UInt8] {
        let text =
            switch self {
            case .telnyx:
                #"{"data":{"id":"\#(number)","event_type":"call.new","occurred_at":"2026-11-21T10:00:00Z","payload":{}}}"#
            case .twilio: "CallSid=CA\(number)"
            case .stripe: #"{"id":"evt_\#(number)","type":"x","created":1,"data":{"object":{}}}"#
            case .hubSpot:
                #"[{"eventId":\#(number),"portalId":1,"objectId":1,"occurredAt":1,"subscriptionType":"company.creation"}]"#
            }
        return Array(text.utf8)
    }

    func headers(_ doors: DoorsUnderTest, _ body: [UInt8], at time: Timestamp = .now) -> Headers {
        switch self {
        case .telnyx: doors.telnyxHeaders(body, at: time)
        case .twilio: doors.twilioHeaders(path, Self.form(body))
        case .stripe: doors.stripeHeaders(body, at: time)
        case .hubSpot: doors.hubSpotHeaders(body, at: time)
        }
    }

    /// Signed as well, with a key that is not ours.
    func strangersHeaders(_ doors: DoorsUnderTest, _ body: [UInt8]) -> Headers {
        switch self {
        case .telnyx: doors.telnyxHeaders(body, by: Ed25519.PrivateKey())
        case .twilio: doors.twilioHeaders(path, Self.form(body), by: "somebody-else's-token")
        case .stripe: doors.stripeHeaders(body, by: "whsec_of_somebody_else")
        case .hubSpot: doors.hubSpotHeaders(body, by: "somebody-else's-secret")
        }
    }

    private static func form(_ body: [UInt8]) -> KeyValuePairs<String, String> {
        ["CallSid": String(decoding: body.dropFirst(8), as: UTF8.self)]
    }

    var signature: HeaderName {
        switch self {
        case .telnyx: "Telnyx-Signature-Ed25519"
        case .twilio: "X-Twilio-Signature"
        case .stripe: "Stripe-Signature"
        case .hubSpot: "X-HubSpot-Signature-v3"
        }
    }

    /// Everything that must be there for a signature to be looked at.
    var needed: [HeaderName] {
        switch self {
        case .telnyx: [signature, "Telnyx-Timestamp"]
        case .twilio, .stripe: [signature]
        case .hubSpot: [signature, "X-HubSpot-Request-Timestamp"]
        }
    }

    /// Twilio signs no time: what is old can only be what was taken already, and then it has no effect.
    var signsTime: Bool { self != .twilio }

    /// The right signature, spelt as another door's.
    func respelt(_ headers: Headers) throws -> Headers {
        var headers = headers
        let text = try #require(headers[signature])
        if self == .stripe {
            let code = try #require(text.split(separator: "=").last)
            let bytes = try Hex.decode(String(code))
            headers.set(signature, text.replacing(code, with: Base64.standard.encode(bytes.span)))
        } else {
            let bytes = try Base64.standard.decode(text)
            headers.set(signature, Hex.encode(bytes.span))
        }
        return headers
    }
}

/// What somebody may bring to a door.
enum Brought: String, CaseIterable {
    case valid, wrongKey, changedByte, missingHeader, old, future, replayed, wrongEncoding, oversized
}

/// Every door and everything that may be brought to it, over HTTP and with the inbox behind it.
@Suite(.timeLimit(.minutes(5)), .serialized) struct DoorSignatureTests {
    /// What the door said, and how many more are in the inbox.
    private struct Outcome: Equatable {
        var status: Int
        var code: String?
        var taken = 0

        static let refused = Outcome(status: 401, code: "invalid_signature")
    }

    @Test(arguments: SignedDoor.allCases)
    func `what is signed as it should be is taken once, and nothing else`(door: SignedDoor) async throws {
        try await DoorsUnderTest.with { doors in
            for (number, brought) in Brought.allCases.enumerated() {
                let before = try await doors.count("SELECT count(*) FROM webhook_inbox")
                var answers: [DoorsUnderTest.Answer] = []
                for (headers, body) in try Self.requests(brought, number, to: door, doors) {
                    answers.append(try await doors.post(door.path, headers, body))
                }
                let taken = try await doors.count("SELECT count(*) FROM webhook_inbox") - before
                #expect(!answers.isEmpty, "\(door) \(brought)")
                for answer in answers {
                    #expect(
                        Outcome(status: answer.status, code: answer.code, taken: taken) == Self.expected(brought, door),
                        "\(door) \(brought): \(answer.text)")
                }
                let isAgain = brought == .replayed || (!door.signsTime && (brought == .old || brought == .future))
                #expect((answers.last?.verdict == "duplicate") == isAgain, "\(door) \(brought)")
            }
            #expect(try await doors.count("SELECT count(*) FROM events") == 0)
            #expect(try await doors.process.get(door.path).status == 405)
        }
    }

    private static func expected(_ brought: Brought, _ door: SignedDoor) -> Outcome {
        switch brought {
        case .valid, .replayed: Outcome(status: 200, taken: 1)
        case .old, .future: door.signsTime ? .refused : Outcome(status: 200, taken: 1)
        case .wrongKey, .changedByte, .missingHeader, .wrongEncoding: .refused
        case .oversized: Outcome(status: 413, code: "body_too_large")
        }
    }

    /// What is sent, one after the other.
    private static func requests(
        _ brought: Brought, _ number: Int, to door: SignedDoor, _ doors: DoorsUnderTest
    ) throws -> [(headers: Headers, body: [UInt8])] {
        let body = door.body(number)
        let right = door.headers(doors, body)
        switch brought {
        case .valid: return [(right, body)]
        case .wrongKey: return [(door.strangersHeaders(doors, body), body)]
        case .changedByte:
            let changes = stride(from: 0, to: body.count, by: max(1, body.count / 7)).map { place in
                var changed = body
                changed[place] ^= 1
                return (headers: right, body: changed)
            }
            return changes + [(right, body + body)]
        case .missingHeader:
            let lacking = door.needed.map { name in
                var headers = right
                headers.remove(name)
                return (headers: headers, body: body)
            }
            return lacking + [(Headers(), body)]
        case .old, .future:
            let shift = Duration.seconds(brought == .old ? -302 : 330)
            return door.signsTime
                ? [(door.headers(doors, body, at: .now + shift), body)] : [(right, body), (right, body)]
        case .replayed: return [(right, body), (right, body)]
        case .wrongEncoding: return [(try door.respelt(right), body)]
        case .oversized:
            let long = [UInt8](repeating: 0x20, count: 256 * 1_024 + 1)
            return [(door.headers(doors, long), long)]
        }
    }
}
