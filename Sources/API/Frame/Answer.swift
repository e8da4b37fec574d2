import HTTP
import Wire

/// What a handler answers: a status, JSON written as it goes out, and headers.
struct Answer: Sendable {
    var response: Response

    init(_ response: Response) { self.response = response }

    static let nothing = Answer(Response(.noContent))

    /// Most answers fit, so that writing one allocates once.
    private static let bytesUsual = 2_048

    static func json(_ status: Status = .ok, _ write: (inout JSONWriter) -> Void) -> Answer {
        var queue = ByteQueue()
        queue.reserve(bytesUsual)
        queue.appendJSON(write)
        return Answer(.json(queue.withUnsafeBytes { unsafe Array($0) }, status: status))
    }

    static func one<Value>(_ value: Value, _ shape: JSONShape<Value>, _ status: Status = .ok) -> Answer {
        json(status) { shape.write(value, to: &$0) }
    }

    /// `{"data": […]}`: lists that are whole.
    static func all<Value>(_ values: [Value], _ shape: JSONShape<Value>) -> Answer {
        json { json in
            json.beginObject()
            json.name("data")
            json.beginArray()
            for value in values { shape.write(value, to: &json) }
            json.endArray()
            json.endObject()
        }
    }

    /// One page of a list.
    static func page<Value>(
        _ values: some Collection<Value>, _ shape: JSONShape<Value>, next cursor: String?, total: Int?
    ) -> Answer {
        json { json in
            json.beginObject()
            json.name("data")
            json.beginArray()
            for value in values { shape.write(value, to: &json) }
            json.endArray()
            json.name("has_more")
            json.bool(cursor != nil)
            json.name("next_cursor")
            if let cursor { json.string(cursor) } else { json.null() }
            if let total {
                json.name("total")
                json.integer(Int64(total))
            }
            json.endObject()
        }
    }

    /// With the tag that `If-Match` may name.
    func tagged(version: some BinaryInteger) -> Answer { with(.eTag, EntityTag("v\(version)").text) }

    func with(_ name: HeaderName, _ value: String) -> Answer { Answer(response.with(name, value)) }
}
