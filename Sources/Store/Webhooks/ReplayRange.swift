package import Wire

/// What of the log is told again: from a place, or from a moment, up to where the log is when that begins.
package struct ReplayRange: Hashable, Sendable {
    package enum Start: Hashable, Sendable {
        case place(LogPlace)
        case time(Timestamp)
    }

    var start: Start
    /// Nil until it has begun.
    var end: LogPlace?

    package init(from start: Start) { self.start = start }

    // MARK: - As a job has it

    var members: [(String, JSONValue)] {
        var members: [(String, JSONValue)] =
            switch start {
            case .place(let place): [("after", Self.list(place))]
            case .time(let time): [("from_time", .string(time.description))]
            }
        if let end { members.append(("up_to", Self.list(end))) }
        return members
    }

    /// Nil for what nobody of ours has written.
    init?(_ args: [UInt8]) {
        guard let document = try? JSONValue(json: args) else { return nil }
        if let place = Self.place(document["after"]) {
            start = .place(place)
        } else if let time = document["from_time"]?.text.flatMap({ Timestamp($0) }) {
            start = .time(time)
        } else {
            return nil
        }
        end = Self.place(document["up_to"])
    }

    private static func list(_ place: LogPlace) -> JSONValue { .array(place.positions.map { .integer($0) }) }

    private static func place(_ value: JSONValue?) -> LogPlace? {
        guard case .array(let values)? = value else { return nil }
        let positions = values.compactMap(\.wholeNumber)
        return positions.count == values.count ? LogPlace(positions) : nil
    }
}
