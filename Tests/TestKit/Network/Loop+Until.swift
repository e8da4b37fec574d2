package import Loop

/// A condition that a test waited for and that did not come.
package struct NeverHappened: Error, CustomStringConvertible {
    package let what: String
    package let patience: Duration

    package init(what: String, patience: Duration) {
        self.what = what
        self.patience = patience
    }

    package var description: String { "waited \(patience) in vain for: \(what)" }
}

extension Loop {
    /// Looks at a condition about every millisecond, or every `pause`, until it holds; the loop goes on meanwhile.
    package func until(
        _ what: String, within patience: Duration = .seconds(10), every pause: Duration = .milliseconds(1),
        _ holds: () async throws -> Bool
    ) async throws {
        let deadline = Moment.now + patience
        while try await !holds() {
            guard Moment.now < deadline else { throw NeverHappened(what: what, patience: patience) }
            try await sleep(for: pause)
        }
    }
}
