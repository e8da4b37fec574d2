import Wire

/// One event of a call as the API tells it.
struct CallFactView {
    let version: Int64
    let type: String
    let at: Timestamp
    let payload: JSONValue
    /// As it came.
    let document: JSONValue

    init?(_ document: JSONValue) {
        guard let version = document["version"]?.wholeNumber, let type = document["type"]?.text,
            let text = document["occurred_at"]?.text, let at = Timestamp(text),
            let payload = document["payload"]
        else { return nil }
        (self.version, self.type, self.at, self.payload, self.document) = (version, type, at, payload, document)
    }
}
