extension JSONValue {
    /// In which order the members of objects are written.
    package enum MemberOrder: Sendable {
        /// As they came.
        case kept
        /// By name, so that equal documents are equal bytes.
        case sorted
    }

    /// Writes the document behind what the queue holds. A tree deeper than `JSONLimits.depthMax`, or a number that is not
    /// finite, is a bug and traps.
    package func write(to queue: inout ByteQueue, order: MemberOrder = .kept) {
        queue.appendJSON { write(to: &$0, order) }
    }

    package func bytes(order: MemberOrder = .kept) -> [UInt8] {
        var queue = ByteQueue()
        write(to: &queue, order: order)
        return unsafe queue.withUnsafeBytes { unsafe Array($0) }
    }

    /// Writes the value as part of a larger document. It calls itself no deeper than the writer allows.
    package func write(to json: inout JSONWriter, _ order: MemberOrder = .kept) {
        switch self {
        case .null: json.null()
        case .bool(let value): json.bool(value)
        case .integer(let value): json.integer(value)
        case .double(let value): json.double(value)
        case .string(let text): json.string(text)
        case .array(let values):
            json.beginArray()
            for value in values { value.write(to: &json, order) }
            json.endArray()
        case .object(let object):
            json.beginObject()
            let members =
                switch order {
                case .kept: object.members
                case .sorted: object.members.sorted { $0.name < $1.name }
                }
            for member in members {
                json.name(member.name)
                member.value.write(to: &json, order)
            }
            json.endObject()
        }
    }
}
