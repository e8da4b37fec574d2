/// The members of a JSON object, in the order they came or were written. Each name stands once.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package let name: String
        package var value: JSONValue
    }

    /// Up to so many members are searched one by one; more get an index, so that a large object costs no quadratic time. Names differ in
    /// their lengths or first bytes, so that looking at sixteen costs less than hashing one of them, and making an index more than all.
    private static let searchedMax = 24

    package private(set) var members: [Member] = []
    /// Where each name stands; empty while there are few.
    private var places: [String: Int] = [:]

    package init() {}

    /// Names that repeat are a bug and trap.
    package init(_ members: [(String, JSONValue)]) {
        for (name, value) in members {
            guard append(name, value) else { preconditionFailure("a name stands twice in a JSON object") }
        }
    }

    package subscript(name: String) -> JSONValue? { place(of: name).map { members[$0].value } }

    /// Adds a member behind the others, unless one of that name is there; answers whether it did.
    package mutating func append(_ name: String, _ value: JSONValue) -> Bool {
        guard place(of: name) == nil else { return false }
        members.append(Member(name: name, value: value))
        if members.count == Self.searchedMax + 1 {
            for (place, member) in members.enumerated() { places[member.name] = place }
        } else if members.count > Self.searchedMax {
            places[name] = members.count - 1
        }
        return true
    }

    private func place(of name: String) -> Int? {
        places.isEmpty ? members.firstIndex { $0.name == name } : places[name]
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}

extension JSONObject: Equatable {
    /// The order of members makes no difference.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}
