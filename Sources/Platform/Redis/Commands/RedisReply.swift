/// A reply on its way into the shape that its command promises; anything else is `.unexpectedReply`.
struct RedisReply {
    let command: String
    let value: RedisValue

    init(_ command: String, _ value: RedisValue) {
        self.command = command
        self.value = value
    }

    var surprise: RedisError { RedisError(.unexpectedReply, command) }

    var bytes: [UInt8] {
        get throws(RedisError) {
            guard let bytes = value.bytes else { throw surprise }
            return bytes
        }
    }

    var text: String {
        get throws(RedisError) {
            guard let text = value.text else { throw surprise }
            return text
        }
    }

    var integer: Int {
        get throws(RedisError) {
            guard let integer = value.integer else { throw surprise }
            return integer
        }
    }

    var streamID: RedisStreamID {
        get throws(RedisError) {
            guard let id = RedisStreamID(try bytes) else { throw surprise }
            return id
        }
    }

    /// The elements of an array; none for null.
    var elements: [RedisReply] {
        get throws(RedisError) {
            if value.isNull { return [] }
            guard let array = value.array else { throw surprise }
            return array.map { RedisReply(command, $0) }
        }
    }

    func elements(_ least: Int) throws(RedisError) -> [RedisReply] {
        let elements = try elements
        guard elements.count >= least else { throw surprise }
        return elements
    }

    /// What follows a name in a flat list of names and values.
    func named(_ name: String) throws(RedisError) -> RedisReply {
        let elements = try elements
        for index in stride(from: 0, to: elements.count - 1, by: 2) where elements[index].value.text == name {
            return elements[index + 1]
        }
        throw surprise
    }
}
