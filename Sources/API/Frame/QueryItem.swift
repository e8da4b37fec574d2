import HTTP
import Store

/// What a route takes in its query. Anything else there is refused: a misspelt filter must not pass for a list without one.
enum QueryItem: Sendable {
    /// `limit`, `cursor`, `include_total`, and `field[operator]=value` for each of these.
    case list([ListField])
    case number(String, ClosedRange<Int>, String)
    /// What the handler reads itself.
    case text(String, String, Schema = .string)

    /// Reads one's own writes.
    static let minVersion = QueryItem.number(
        "min_version", 1...Int(Int32.max),
        "Waits until the answer holds this version of the object's stream; 409 `not_yet_projected` if that takes too long."
    )

    static let limits = 1...200
    static let limitUsual = 50

    var parameters: [RouteDocumentation.QueryParameter] {
        switch self {
        case .number(let name, let range, let words): [.init(name, .integer(in: range), words)]
        case .text(let name, let words, let schema): [.init(name, schema, words)]
        case .list(let fields):
            [
                .init("limit", .integer(in: Self.limits), "How many at most; \(Self.limitUsual) if not said."),
                .init("cursor", .someText, "`next_cursor` of the page before, with the same filters."),
                .init("include_total", .boolean, "Counts all of them, which takes longer."),
            ] + fields.flatMap(Self.parameters)
        }
    }

    private static func parameters(_ field: ListField) -> [RouteDocumentation.QueryParameter] {
        let schema: Schema =
            switch field.kind {
            case .word(let words): .oneOf(words)
            case .id: .string(format: "uuid")
            case .time: .string(format: "date-time")
            case .number: .integer
            case .fraction: .number
            case .text, .member, .document, .words: .text(in: 1...ListFilter.textMax)
            }
        switch field.kind {
        case .document:
            return [
                .init(
                    "\(field.name).key", schema, "Equal to this, as text, number or truth; `key` is any member's name.")
            ]
        case .words:
            return [
                .init(
                    field.name, schema, "Words that were said, as searches on the web have them: quotes, `or` and `-`.")
            ]
        default: break
        }
        return field.operators.map { operation in
            switch operation {
            case .eq: .init(field.name, schema, "Equal to this; `\(field.name)[eq]` says the same.")
            case .in: .init("\(field.name)[in]", .someText, "One of these, with commas in between.")
            case .present: .init("\(field.name)[present]", .boolean, "Whether it is known at all.")
            default: .init("\(field.name)[\(operation.rawValue)]", schema, Self.words[operation] ?? "")
            }
        }
    }

    private static let words: [ListFilter.Operator: String] = [
        .ne: "Not equal to this, or not known.", .gt: "Greater than this.", .gte: "This or greater.",
        .lt: "Less than this.", .lte: "This or less.",
    ]
}
