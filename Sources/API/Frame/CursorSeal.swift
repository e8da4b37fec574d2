import Crypto
import Wire

/// Makes cursors that only we can read and nobody can make: the place of a list's last row, with a code over it and over
/// everything that the list was asked by.
struct CursorSeal: Sendable {
    struct Place: Hashable, Sendable {
        let order: Int64
        let id: UUID
    }

    private static let placeBytes = 24
    private static let codeBytes = 16
    static let textMax = 64

    private let key: Crypto.Secret

    init(key: Crypto.Secret) { self.key = key }

    func cursor(_ place: Place, for question: String) -> String {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: place.order >> (56 - 8 * Int64($0))) } + place.id.bytes
        bytes += code(bytes, question)
        return Base64.url.encode(bytes.span)
    }

    /// Nothing for a cursor that is not ours, or was given for another question.
    func place(in cursor: String, for question: String) -> Place? {
        guard cursor.utf8.count <= Self.textMax, let bytes = Self.decoded(cursor),
            bytes.count == Self.placeBytes + Self.codeBytes
        else { return nil }
        let body = Array(bytes[..<Self.placeBytes])
        let (given, expected, tail) = (Array(bytes[Self.placeBytes...]), code(body, question), Array(body[8...]))
        guard areEqualInConstantTime(given.span, expected.span), let id = UUID(bytes: tail.span) else { return nil }
        let order = body[..<8].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return Place(order: order, id: id)
    }

    private func code(_ bytes: [UInt8], _ question: String) -> [UInt8] {
        let message = bytes + question.utf8
        return Array(HMACSHA256.code(for: message.span, key: key).prefix(Self.codeBytes))
    }

    private static func decoded(_ text: String) -> [UInt8]? {
        do { return try Base64.url.decode(text) } catch { return nil }
    }
}
