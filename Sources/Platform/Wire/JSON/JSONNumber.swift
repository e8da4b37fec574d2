/// A number found by a `JSONScanner`: its place, and whether it is written without fraction and exponent.
///
/// It means something only to the scanner that found it.
package struct JSONNumber: Hashable, Sendable {
    package let range: Range<Int>
    package let isWhole: Bool
}
