extension JSONValue {
    /// Reads one document, strictly by RFC 8259. Refused are also documents beyond `limits`, containers nested deeper than
    /// `JSONLimits.depthMax`, names that stand twice in an object, and numbers beyond the largest double.
    package init(json bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard bytes.count <= limits.bytesMax else { throw JSONError(.tooLong, at: limits.bytesMax) }
        var scanner = JSONScanner(bytes)
        self = try Self.read(&scanner)
        try scanner.end()
    }

    package init(json bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(json: bytes.span, limits: limits)
    }

    /// Keeps the containers it is in on a stack of its own, so that depth costs memory and not the thread's stack.
    private static func read(_ scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        var open: [OpenContainer] = []
        var next = try begin(&scanner, &open)
        while true {
            if let value = next {
                guard !open.isEmpty else { return value }
                try open[open.count - 1].add(value)
            }
            let goesOn = try open[open.count - 1].goesOn(&scanner)
            next = goesOn ? try begin(&scanner, &open) : open.removeLast().value
        }
    }

    /// Reads a value; nil if it is a container, which is now the last of `open`.
    private static func begin(_ scanner: inout JSONScanner, _ open: inout [OpenContainer]) throws(JSONError)
        -> JSONValue?
    {
        switch try scanner.kind() {
        case .object:
            try scanner.enterObject()
            open.append(OpenContainer(.object))
            return nil
        case .array:
            try scanner.enterArray()
            open.append(OpenContainer(.array))
            return nil
        case .string: return .string(scanner.string(try scanner.string()))
        case .number:
            let number: JSONNumber = try scanner.number()
            if let integer = scanner.integer(number) { return .integer(integer) }
            return .double(try scanner.double(number))
        case .bool: return .bool(try scanner.bool())
        case .null:
            try scanner.null()
            return .null
        }
    }
}

/// An object or array whose end has not been read.
private struct OpenContainer {
    enum Shape { case object, array }

    private let shape: Shape
    private var elements: [JSONValue] = []
    private var members = JSONObject()
    /// The member whose value is being read, and where its name stands.
    private var name = ""
    private var nameOffset = 0

    init(_ shape: Shape) { self.shape = shape }

    var value: JSONValue {
        switch shape {
        case .object: .object(members)
        case .array: .array(elements)
        }
    }

    /// Reads up to the next value in the container; false at its end.
    mutating func goesOn(_ scanner: inout JSONScanner) throws(JSONError) -> Bool {
        switch shape {
        case .array: return try scanner.nextElement()
        case .object:
            guard let text = try scanner.nextName() else { return false }
            name = scanner.string(text)
            nameOffset = text.range.lowerBound
            return true
        }
    }

    mutating func add(_ value: JSONValue) throws(JSONError) {
        switch shape {
        case .array: elements.append(value)
        case .object:
            guard members.append(name, value) else { throw JSONError(.duplicateName, at: nameOffset) }
        }
    }
}
