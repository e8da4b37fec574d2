/// What somebody said, dialled or told about themselves. It never shows in a log line, a description or a dump: whoever
/// needs it asks for it by name, and answers for where it goes.
package struct Private<Value: Hashable & Sendable>: Hashable, Sendable {
    package let revealed: Value

    package init(_ value: Value) { revealed = value }
}

extension Private: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(private)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
