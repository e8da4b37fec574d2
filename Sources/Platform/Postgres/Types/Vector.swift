/// A `vector` of the pgvector extension: at most 16,000 numbers in single precision.
package struct Vector: Hashable, Sendable, PostgresValue {
    package let elements: [Float]

    package init(_ elements: [Float]) { self.elements = elements }

    package static var postgresType: PostgresType { .vector }

    package func encode(into bytes: inout BindBytes) {
        appendDimensions(elements.count, into: &bytes)
        for element in elements { bytes.append(element.bitPattern) }
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Vector {
        let count = try dimensions(bytes, type, .vector, MemoryLayout<Float>.size)
        var elements: [Float] = []
        elements.reserveCapacity(count)
        for index in 0..<count { elements.append(Float(bitPattern: try bytes.number(UInt32.self, at: 4 + 4 * index))) }
        return Vector(elements)
    }
}

/// A `halfvec` of pgvector (0.7 or later): half the memory of a `vector`, and no worse for finding neighbours.
package struct HalfVector: Hashable, Sendable, PostgresValue {
    package let elements: [Float16]

    package init(_ elements: [Float16]) { self.elements = elements }

    package static var postgresType: PostgresType { .halfvec }

    package func encode(into bytes: inout BindBytes) {
        appendDimensions(elements.count, into: &bytes)
        for element in elements { bytes.append(element.bitPattern) }
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> HalfVector {
        let count = try dimensions(bytes, type, .halfvec, MemoryLayout<Float16>.size)
        var elements: [Float16] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            elements.append(Float16(bitPattern: try bytes.number(UInt16.self, at: 4 + 2 * index)))
        }
        return HalfVector(elements)
    }
}

/// Both begin with their length and a reserved word.
private func appendDimensions(_ count: Int, into bytes: inout BindBytes) {
    if count > 16_000 { bytes.fail(.invalidParameter("a vector of more than 16,000 numbers")) }
    bytes.append(Int16(clamping: count))
    bytes.append(Int16(0))
}

private func dimensions(_ bytes: RawSpan, _ type: PostgresType, _ wanted: PostgresType, _ width: Int)
    throws(PostgresMismatch) -> Int
{
    guard type == wanted else { throw .wrongType }
    let count = Int(try bytes.number(UInt16.self))
    guard bytes.byteCount == 4 + width * count else { throw .malformed }
    return count
}
