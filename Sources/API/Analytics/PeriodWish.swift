import HTTP
import Store
import Wire

/// The time that somebody asks about, as they said it in the query or in a body.
struct PeriodWish: Sendable {
    static let zoneUsual = "UTC"
    static let zoneMax = 64
    static let words = "a time such as 2026-08-01T12:34:56Z, or a day in the zone such as 2026-08-01"

    let from: PeriodReader.Edge?
    let to: PeriodReader.Edge?
    let zone: String
    /// Where a member stands: `?zone` or `/zone`.
    private let isBody: Bool

    init(from: PeriodReader.Edge?, to: PeriodReader.Edge?, zone: String, isBody: Bool) {
        self.from = from
        self.to = to
        self.zone = zone
        self.isBody = isBody
    }

    static func edge(_ text: String) -> PeriodReader.Edge? {
        if let moment = Timestamp(text) { return .moment(moment) }
        guard text.utf8.count == 10, let moment = Timestamp(text + "T00:00:00Z") else { return nil }
        return .day(CalendarDate(daysSinceEpoch: Int32(clamping: moment.microseconds / 86_400_000_000)))
    }

    func problem(for refusal: PeriodReader.Refusal) -> Problem {
        switch refusal {
        case .zoneUnknown: problem("zone", "is an IANA zone such as Europe/Berlin")
        case .isEmpty: problem("from", "lies before `to`")
        case .isTooLong: problem("from", "lies \(PeriodReader.daysMax) days before `to` at most")
        case .hasTooManyParts:
            problem(
                isBody ? "granularity" : "group_by", "makes more than \(FigureQuestion.bucketsMax) parts of this time")
        }
    }

    private func problem(_ name: String, _ message: String) -> Problem {
        isBody
            ? Problems.invalidBody([.init(pointer: "/\(name)", message: message)]) : Problems.parameter(name, message)
    }
}
