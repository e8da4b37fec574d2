import Loop

/// A named fact on a log line or a span. What can be said is a closed set of kinds, and none of them takes free text: a
/// phone number, a transcript or a key has no way in.
///
/// Names are `snake_case` literals. Durations are written in milliseconds, and `_ms` is put behind their names.
package struct Field: Sendable {
    @usableFromInline enum Value: Sendable {
        case text(StaticString)
        case id(Token)
        case count(Int)
        case ratio(Double)
        case flag(Bool)
        case milliseconds(Double)
        /// A word of a closed enumeration, or the description of something that promises to be harmless.
        case word(String)
        case redacted
    }

    let name: StaticString
    let value: Value

    @usableFromInline init(_ name: StaticString, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// Text written by us, in the source.
    package static func text(_ name: StaticString, _ text: StaticString) -> Field { Field(name, .text(text)) }

    package static func id(_ name: StaticString, _ id: Token) -> Field { Field(name, .id(id)) }

    package static func count(_ name: StaticString, _ count: Int) -> Field { Field(name, .count(count)) }

    package static func ratio(_ name: StaticString, _ ratio: Double) -> Field { Field(name, .ratio(ratio)) }

    package static func flag(_ name: StaticString, _ flag: Bool) -> Field { Field(name, .flag(flag)) }

    package static func duration(_ name: StaticString, _ duration: Duration) -> Field {
        Field(name, .milliseconds(Double(duration.wholeNanoseconds) / 1e6))
    }

    /// A case of an enumeration, by its raw value: what it can say was written in the source.
    @inlinable package static func kind<Kind: CaseIterable & RawRepresentable<String>>(
        _ name: StaticString, _ kind: Kind
    ) -> Field {
        Field(name, .word(kind.rawValue))
    }

    @inlinable package static func harmless(_ name: StaticString, _ value: some Harmless) -> Field {
        Field(name, .word(value.description))
    }

    /// An error in its own words if these are harmless, else only the name of its type.
    package static func error(_ error: any Error) -> Field {
        if let harmless = error as? any Harmless { return Field("error", .word(harmless.description)) }
        return Field("error", .word("\(type(of: error))"))
    }

    /// Says that there was something, and never what. The value is not even kept.
    package static func sensitive<Value>(_ name: StaticString, _: Value) -> Field { Field(name, .redacted) }
}
