/// Why a text is not what Base64 or hexadecimal promises, and at which byte.
package struct Base64Error: Error, Equatable, CustomStringConvertible {
    package enum Reason: Sendable {
        /// No whole number of bytes is written in this many characters.
        case length
        /// A character that is not of the alphabet; padding where none belongs counts as one.
        case alphabet
        /// The last character carries bits that belong to no byte, so that the text has a second spelling.
        case trailingBits
    }

    package let reason: Reason
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) { (self.reason, self.offset) = (reason, offset) }

    package var description: String {
        switch reason {
        case .length: "an impossible length of \(offset)"
        case .alphabet: "a foreign character at byte \(offset)"
        case .trailingBits: "bits left over at byte \(offset)"
        }
    }
}
