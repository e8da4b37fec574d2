/// Why something is not as it should be, in words that anybody may read.
package struct Reason: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let description: String

    package init(stringLiteral text: StaticString) { description = "\(text)" }
    package init(_ value: some Harmless) { description = value.description }
}
