/// What was said and done so far, as the model is told. Of our own words it has those the caller heard and no others.
struct History: Hashable, Sendable {
    private(set) var messages: [Message] = []

    mutating func add(_ message: Message) {
        messages.append(message)
        guard messages.count > Limit.messages else { return }
        // A tenth at a time, so that not every message moves all the others. A result without its use means nothing to a model.
        messages.removeFirst(Limit.messages / 10)
        while case .toolReturned = messages.first { messages.removeFirst() }
        while case .toolFailed = messages.first { messages.removeFirst() }
    }
}
