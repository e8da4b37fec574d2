extension NewEvent {
    /// What an event weighs beside its words: ids, numbers, and the lengths before each of them.
    private static let frame = 120

    /// About what it weighs on its way to the server.
    var byteCount: Int { payload.count + (meta?.count ?? 0) + type.utf8.count + Self.frame }
}
