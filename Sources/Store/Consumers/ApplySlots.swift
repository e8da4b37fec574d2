/// How many transactions run at once; who comes later waits in line. Used on one loop's thread alone, which is why
/// `@unchecked` holds.
final class ApplySlots: @unchecked Sendable {
    private var free: Int
    private var line: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = max(1, count) }

    /// Nobody waits longer than the transactions before him, each of which has its deadline.
    func with<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        await withCheckedContinuation { continuation in
            // Decided in here, since a task may hop on its way to here.
            guard free > 0 else { return line.append(continuation) }
            free -= 1
            continuation.resume()
        }
        defer {
            if line.isEmpty { free += 1 } else { line.removeFirst().resume() }
        }
        return try await body()
    }
}
