/// A type that can stand in a path: `/calls/{id}`. Text that is no such value makes the path one that does not exist (404).
package protocol PathParameter: Sendable {
    /// From one decoded segment; nil when it is no value of this type.
    init?(path: String)

    /// How it is described in OpenAPI.
    static var schema: Schema { get }
}

extension String: PathParameter {
    /// Any text but the empty one.
    package init?(path: String) {
        guard !path.isEmpty else { return nil }
        self = path
    }

    package static var schema: Schema { .string }
}

extension Int: PathParameter {
    /// Digits with at most a minus before them, in the one way a number is usually written: no plus, no zeros in front.
    package init?(path: String) {
        guard let number = Int(path), String(number) == path else { return nil }
        self = number
    }

    package static var schema: Schema { .integer }
}
