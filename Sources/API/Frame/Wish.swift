import HTTP
import Store

/// What a request's query asks for, held against what its route takes.
struct Wish: Sendable {
    private(set) var filters: [ListFilter] = []
    private(set) var limit = QueryItem.limitUsual
    private(set) var countsAll = false
    private(set) var cursor: String?
    private var numbers: [String: Int] = [:]
    /// The filters as they were sent, in one order: a cursor is good for them alone.
    private(set) var question = ""

    private var words: [String: String] = [:]

    func text(_ name: String) -> String? { words[name] }
    func number(_ name: String) -> Int? { numbers[name] }

    init(_ query: Query, _ items: [QueryItem]) throws(Problem) {
        var texts: [String] = []
        var seen: Set<String> = []
        for item in query.items {
            guard seen.insert(item.name).inserted else {
                throw Problems.parameter(item.name, "stands there twice")
            }
            try take(item, items, &texts)
        }
        question = texts.sorted().joined(separator: "&")
    }

    private mutating func take(
        _ item: Query.Item, _ items: [QueryItem], _ texts: inout [String]
    ) throws(Problem) {
        for known in items {
            switch known {
            case .number(item.name, let range, _):
                guard let number = Int(item.value), range.contains(number) else {
                    throw Problems.parameter(
                        item.name, "is a whole number from \(range.lowerBound) to \(range.upperBound)")
                }
                numbers[item.name] = number
                return
            case .text(item.name, _, _):
                words[item.name] = item.value
                return
            case .number, .text: continue
            case .list(let fields): if try take(item, fields, &texts) { return }
            }
        }
        throw Problems.parameter(item.name, "is not known here")
    }

    private mutating func take(
        _ item: Query.Item, _ fields: [ListField], _ texts: inout [String]
    ) throws(Problem) -> Bool {
        switch item.name {
        case "limit":
            guard let number = Int(item.value), QueryItem.limits.contains(number) else {
                throw Problems.parameter("limit", "is a whole number from 1 to \(QueryItem.limits.upperBound)")
            }
            limit = number
            return true
        case "cursor":
            cursor = item.value
            return true
        case "include_total":
            guard item.value == "true" || item.value == "false" else {
                throw Problems.parameter("include_total", "is true or false")
            }
            countsAll = item.value == "true"
            return true
        default: break
        }
        let (name, word) = Self.parts(item.name)
        guard let field = fields.first(where: { $0.isNamed(name) }) else { return false }
        guard let operation = ListFilter.Operator(rawValue: word) else {
            throw Problems.parameter(item.name, "takes \(field.operators.map(\.rawValue).joined(separator: ", "))")
        }
        do throws(ListField.Refusal) {
            filters.append(try field.filter(operation, item.value, named: name))
        } catch {
            throw Problems.parameter(item.name, error.message)
        }
        texts.append("\(name)[\(word)]=\(item.value)")
        return true
    }

    /// `status[in]` is `status` and `in`; `status` alone is equality.
    private static func parts(_ text: String) -> (name: String, word: String) {
        guard text.hasSuffix("]"), let bracket = text.firstIndex(of: "[") else { return (text, "eq") }
        return (String(text[..<bracket]), String(text[text.index(after: bracket)...].dropLast()))
    }
}
