/// A string found by a `JSONScanner`: the place between its quotes, and whether the bytes there are already the text.
///
/// It means something only to the scanner that found it.
package struct JSONText: Hashable, Sendable {
    package let range: Range<Int>
    package let hasEscapes: Bool
}
