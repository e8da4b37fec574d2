import Wire

/// An OpenAPI document, and what is wrong with it.
struct OpenAPIDocument {
    struct Operation {
        let path: String
        let method: String
        let content: JSONValue

        /// What stands in braces in the path.
        var placeholders: [String] { path.matches(of: /\{([^{}\/]+)\}/).map { String($0.1) } }

        var statuses: [String] { members(content["responses"]).map(\.name) }

        var declared: [String] {
            elements(content["parameters"]).filter { $0["in"]?.text == "path" && $0["required"] == .bool(true) }
                .compactMap { $0["name"]?.text }
        }

        /// Those in the path that are whole numbers.
        var numbers: [String] {
            elements(content["parameters"]).filter {
                $0["in"]?.text == "path" && $0["schema"]?["type"]?.text == "integer"
            }.compactMap { $0["name"]?.text }
        }
    }

    private static let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    let root: JSONValue

    var operations: [Operation] {
        members(root["paths"]).flatMap { path in
            members(path.value).filter { Self.methods.contains($0.name) }.map {
                Operation(path: path.name, method: $0.name, content: $0.value)
            }
        }
    }

    /// One line for each rule that is broken.
    var faults: [String] {
        operationFaults + references(in: root).filter { find($0) == nil }.map { "\($0) leads nowhere" } + repeatedIDs
    }

    private var operationFaults: [String] {
        operations.flatMap { operation in
            var faults: [String] = []
            let place = "\(operation.method) \(operation.path)"
            if !operation.path.hasPrefix("/") { faults.append("\(place): the path has no slash in front") }
            if operation.statuses.isEmpty { faults.append("\(place): no responses") }
            for status in operation.statuses where status.wholeMatch(of: /[1-5][0-9][0-9]|[1-5]XX|default/) == nil {
                faults.append("\(place): \(status) is no status")
            }
            for answer in members(operation.content["responses"])
            where answer.value["description"]?.text == nil && answer.value["$ref"] == nil {
                faults.append("\(place): \(answer.name) has no description")
            }
            if operation.placeholders.sorted() != operation.declared.sorted() {
                faults.append("\(place): has \(operation.placeholders), declares \(operation.declared)")
            }
            return faults
        }
    }

    private var repeatedIDs: [String] {
        let ids = operations.compactMap { $0.content["operationId"]?.text }
        return Dictionary(grouping: ids) { $0 }.filter { $0.value.count > 1 }.keys.map { "operationId \($0) twice" }
    }

    private func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { member in
                if member.name == "$ref", let text = member.value.text { return [text] }
                return references(in: member.value)
            }
        case .array(let values): values.flatMap { references(in: $0) }
        default: []
        }
    }

    /// What a reference within the document names.
    private func find(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(root) { value, step in
            value?[String(step).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }
}

private func members(_ value: JSONValue?) -> [JSONObject.Member] {
    if case .object(let object) = value { object.members } else { [] }
}

private func elements(_ value: JSONValue?) -> [JSONValue] {
    if case .array(let values) = value { values } else { [] }
}
