/// A `vector` of the pgvector extension: numbers in single precision.
package typealias Vector = NumberVector<Float>

/// A `halfvec` of pgvector (0.7 or later): half the memory of a `vector`, and no worse for finding neighbours.
package typealias HalfVector = NumberVector<Float16>

/// What pgvector's types have in common: they differ by the width of their numbers alone.
package struct NumberVector<Element: VectorElement>: Hashable, Sendable, PostgresValue {
    package static var elementsMax: Int { 16_000 }

    package let elements: [Element]

    package init(_ elements: [Element]) { self.elements = elements }

    package static var postgresType: PostgresType { Element.vectorType }

    /// Behind its length and a reserved word.
    package func encode(into bytes: inout BindBytes) {
        if elements.count > Self.elementsMax {
            bytes.fail(.invalidParameter("a vector of more than \(Self.elementsMax) numbers"))
        }
        bytes.append(Int16(clamping: elements.count))
        bytes.append(Int16(0))
        for element in elements { bytes.append(element.bitPattern) }
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> NumberVector {
        guard type == Element.vectorType else { throw .wrongType }
        let count = Int(try bytes.number(UInt16.self))
        let width = MemoryLayout<Element.BitPattern>.size
        guard bytes.byteCount == 4 + width * count else { throw .malformed }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            elements.append(Element(bitPattern: try bytes.number(Element.BitPattern.self, at: 4 + width * index)))
        }
        return NumberVector(elements)
    }
}

/// A number that pgvector has a type of vectors for.
package protocol VectorElement: Hashable, Sendable {
    associatedtype BitPattern: FixedWidthInteger & BitwiseCopyable

    static var vectorType: PostgresType { get }
    var bitPattern: BitPattern { get }
    init(bitPattern: BitPattern)
}

extension Float: VectorElement {
    package static var vectorType: PostgresType { .vector }
}

extension Float16: VectorElement {
    package static var vectorType: PostgresType { .halfvec }
}
