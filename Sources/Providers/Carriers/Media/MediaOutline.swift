import Domain
import Wire

/// What one look over a message finds: its event, and all there is to a media frame, as places in the message.
struct MediaOutline {
    struct Counter {
        let value: Int64
        /// Where its digits stand, if they stand in quotes.
        let digits: Range<Int>?
    }

    private(set) var event: JSONText?
    private(set) var sequence: Counter?
    private(set) var track: AudioTrack?
    private(set) var chunk: Counter?
    private(set) var timestamp: Counter?
    private(set) var payload: JSONText?
    private var hasMedia = false

    /// Checks the whole message. `number` is what the carrier calls the member that counts its frames.
    init(_ json: inout JSONScanner, number: StaticString) throws(JSONError) {
        try json.enterObject()
        while let name = try json.nextName() {
            if json.isText(name, "event") {
                try Self.once(event == nil, name)
                event = try json.string()
            } else if json.isText(name, number) {
                try Self.once(sequence == nil, name)
                sequence = try Self.counter(&json)
            } else if json.isText(name, "media") {
                try Self.once(!hasMedia, name)
                hasMedia = true
                try readMedia(&json)
            } else {
                try json.skip()
            }
        }
        try json.end()
    }

    private mutating func readMedia(_ json: inout JSONScanner) throws(JSONError) {
        // What isn't a media frame may call by this name whatever it likes.
        guard try json.kind() == .object else { return try json.skip() }
        try json.enterObject()
        while let name = try json.nextName() {
            if json.isText(name, "payload") {
                try Self.once(payload == nil, name)
                payload = try json.string()
            } else if json.isText(name, "chunk") {
                try Self.once(chunk == nil, name)
                chunk = try Self.counter(&json)
            } else if json.isText(name, "timestamp") {
                try Self.once(timestamp == nil, name)
                timestamp = try Self.counter(&json)
            } else if json.isText(name, "track") {
                try Self.once(track == nil, name)
                let text = try json.string()
                if json.isText(text, "inbound") { track = .inbound }
                if json.isText(text, "outbound") { track = .outbound }
            } else {
                try json.skip()
            }
        }
    }

    private static func once(_ isFirst: Bool, _ name: JSONText) throws(JSONError) {
        guard isFirst else { throw JSONError(.duplicateName, at: name.range.lowerBound) }
    }

    /// Digits, with or without quotes around them.
    private static func counter(_ json: inout JSONScanner) throws(JSONError) -> Counter {
        guard try json.kind() == .string else { return Counter(value: try json.integer(), digits: nil) }
        let text = try json.string()
        let digits = json.raw(text)
        // Eighteen of them can't overflow.
        guard 1...18 ~= digits.count else { throw JSONError(.badNumber, at: text.range.lowerBound) }
        var value: Int64 = 0
        for index in digits.indices {
            guard digits[index] &- 48 < 10 else { throw JSONError(.badNumber, at: text.range.lowerBound + index) }
            value = value * 10 + Int64(digits[index] - 48)
        }
        return Counter(value: value, digits: text.range)
    }
}
