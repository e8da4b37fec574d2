/// Bytes as text in 64 characters (RFC 4648), read strictly: every byte string has exactly one spelling.
///
/// Refused are foreign characters (white space and line ends too), padding that is missing or out of place, and bits
/// left over behind the last byte. After a refusal nothing has been appended. Media frames pass through here fifty times
/// a second per call, so both directions work on whole groups and touch the target's bookkeeping once.
package struct Base64: Sendable {
    /// RFC 4648 §4: `+` and `/`, always padded.
    package static let standard = Base64(symbols: "+/", isPadded: true)
    /// RFC 4648 §5: `-` and `_`, never padded, as tokens use it.
    package static let url = Base64(symbols: "-_", isPadded: false)

    private static let padding = UInt8(ascii: "=")
    /// What stands in `values` for a byte outside the alphabet: the one bit no value of six bits has.
    private static let foreign: UInt8 = 0x80
    /// The same in `groups`, whose entries have three bytes of values.
    private static let foreignGroup: UInt32 = 0x8000_0000

    private let characters: [UInt8]
    private let values: [UInt8]
    /// What a character adds to the three bytes that its group of four stands for, if it is the first of them, the second, …: four times
    /// 256 entries, with the first byte lowest.
    private let groups: [UInt32]
    /// What to add to a value of 62, and of 63, beyond what makes a digit of it.
    private let lastTwo: (Int8, Int8)
    private let isPadded: Bool

    private init(symbols: String, isPadded: Bool) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        let characters = Array((letters + symbols).utf8)
        precondition(characters.count == 64, "not an alphabet of 64")
        var values = [UInt8](repeating: Self.foreign, count: 256)
        for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
        var groups: [UInt32] = []
        for place in 0..<4 {
            for value in values {
                let bits = UInt32(value) << (18 - 6 * UInt32(place))
                groups.append(value == Self.foreign ? Self.foreignGroup : bits.byteSwapped >> 8)
            }
        }
        let digits = Int(UInt8(ascii: "0")) - 52
        lastTwo = (Int8(Int(characters[62]) - 62 - digits), Int8(Int(characters[63]) - 63 - digits))
        (self.characters, self.values, self.groups, self.isPadded) = (characters, values, groups, isPadded)
    }

    package func encodedCount(of byteCount: Int) -> Int {
        isPadded ? (byteCount + 2) / 3 * 4 : (byteCount * 4 + 2) / 3
    }

    package func encode(_ source: Span<UInt8>, into target: inout ByteQueue) {
        let count = encodedCount(of: source.count)
        unsafe source.withUnsafeBytes { source in
            unsafe target.append(upTo: count) { unsafe encode(source, to: $0) }
        }
    }

    package func encode(_ source: Span<UInt8>) -> String {
        let count = encodedCount(of: source.count)
        return unsafe source.withUnsafeBytes { source in
            unsafe String(unsafeUninitializedCapacity: count) { unsafe encode(source, to: .init($0)) }
        }
    }

    package func decode(_ source: Span<UInt8>, into target: inout ByteQueue) throws(Base64Error) {
        let count = try significantCount(of: source)
        try unsafe source.withUnsafeBytes { source throws(Base64Error) in
            try unsafe target.append(upTo: count / 4 * 3 + 2) { target throws(Base64Error) in
                try unsafe decode(UnsafeRawBufferPointer(rebasing: source[..<count]), to: target)
            }
        }
    }

    package func decode(_ source: Span<UInt8>) throws(Base64Error) -> [UInt8] {
        var decoded = ByteQueue()
        try decode(source, into: &decoded)
        return unsafe decoded.withUnsafeBytes { unsafe Array($0) }
    }

    package func decode(_ text: String) throws(Base64Error) -> [UInt8] {
        try decode(Array(text.utf8).span)
    }

    private func encode(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
        unsafe characters.withUnsafeBufferPointer { characters in
            var (read, written) = (0, 0)
            let whole = source.count / 3 * 3
            // Four groups at a time; a look at one of them takes a byte more than it has.
            while read &+ 13 <= source.count {
                let letters = unsafe letters(of: source, at: read)
                unsafe target.storeBytes(of: letters, toByteOffset: written, as: SIMD16<Int8>.self)
                read &+= 12
                written &+= 16
            }
            while read < whole {
                let group =
                    unsafe UInt32(source[read]) << 16 | UInt32(source[read + 1]) << 8 | UInt32(source[read + 2])
                unsafe target[written] = characters[Int(group >> 18)]
                unsafe target[written + 1] = characters[Int(group >> 12 & 63)]
                unsafe target[written + 2] = characters[Int(group >> 6 & 63)]
                unsafe target[written + 3] = characters[Int(group & 63)]
                read += 3
                written += 4
            }
            guard read < source.count else { return written }
            let isPair = source.count - read == 2
            let group = unsafe UInt32(source[read]) << 16 | (isPair ? UInt32(source[read + 1]) << 8 : 0)
            unsafe target[written] = characters[Int(group >> 18)]
            unsafe target[written + 1] = characters[Int(group >> 12 & 63)]
            written += 2
            if isPair {
                unsafe target[written] = characters[Int(group >> 6 & 63)]
                written += 1
            }
            while isPadded, written % 4 != 0 {
                unsafe target[written] = Self.padding
                written += 1
            }
            return written
        }
    }

    /// The sixteen characters of the twelve bytes at `place`, by sums instead of a table: whole vectors of them at once.
    @inline(__always)
    private func letters(of source: UnsafeRawBufferPointer, at place: Int) -> SIMD16<Int8> {
        var groups = SIMD4<UInt32>()
        for index in 0..<4 {
            let bytes = unsafe source.loadUnaligned(fromByteOffset: place &+ 3 &* index, as: UInt32.self)
            groups[index] = UInt32(bigEndian: bytes) &>> 8
        }
        // The first character lowest.
        let first = groups &>> 18
        let second = (groups &>> 4) & SIMD4(repeating: 0x3F00)
        let third = (groups &<< 10) & SIMD4(repeating: 0x3F_0000)
        let fourth = (groups &<< 24) & SIMD4(repeating: 0x3F00_0000)
        let sixes = unsafe unsafeBitCast(first | second | third | fourth, to: SIMD16<Int8>.self)
        // Capital letters from 0, small ones from 26, digits from 52, and two signs.
        var letters = sixes &+ SIMD16(repeating: 65)
        letters &+= Self.mask(sixes .> SIMD16(repeating: 25)) & SIMD16(repeating: 97 - 65 - 26)
        letters &-= Self.mask(sixes .> SIMD16(repeating: 51)) & SIMD16(repeating: 97 - 26 - (48 - 52))
        letters &+= Self.mask(sixes .== SIMD16(repeating: 62)) & SIMD16(repeating: lastTwo.0)
        letters &+= Self.mask(sixes .== SIMD16(repeating: 63)) & SIMD16(repeating: lastTwo.1)
        return letters
    }

    /// All bits where it holds, none where it does not.
    @inline(__always)
    private static func mask(_ holds: SIMDMask<SIMD16<Int8>>) -> SIMD16<Int8> {
        unsafe unsafeBitCast(holds, to: SIMD16<Int8>.self)
    }

    /// How many characters stand before the padding.
    private func significantCount(of source: Span<UInt8>) throws(Base64Error) -> Int {
        var count = source.count
        if isPadded {
            guard count % 4 == 0 else { throw Base64Error(.length, at: count) }
            if count > 0, source[count - 1] == Self.padding { count -= 1 }
            if count < source.count, source[count - 1] == Self.padding { count -= 1 }
        }
        guard count % 4 != 1 else { throw Base64Error(.length, at: count) }
        return count
    }

    private func decode(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) throws(Base64Error)
        -> Int
    {
        try unsafe values.withUnsafeBufferPointer { values throws(Base64Error) in
            var (read, written) = (0, 0)
            let whole = source.count / 4 * 4
            var seen: UInt8 = 0
            // Each group is written as four bytes, of which the next overwrites the last: none may follow the end.
            var seenGroups: UInt32 = 0
            unsafe groups.withUnsafeBufferPointer { groups in
                while read &+ 4 < whole {
                    let group =
                        unsafe groups[Int(source[read])] | groups[256 &+ Int(source[read &+ 1])]
                        | groups[512 &+ Int(source[read &+ 2])] | groups[768 &+ Int(source[read &+ 3])]
                    seenGroups |= group
                    unsafe target.storeBytes(of: group.littleEndian, toByteOffset: written, as: UInt32.self)
                    read &+= 4
                    written &+= 3
                }
            }
            if seenGroups & Self.foreignGroup != 0 { seen = Self.foreign }
            while read < whole {
                let first = unsafe values[Int(source[read])], second = unsafe values[Int(source[read + 1])]
                let third = unsafe values[Int(source[read + 2])], fourth = unsafe values[Int(source[read + 3])]
                seen |= first | second | third | fourth
                unsafe target[written] = first << 2 | second >> 4
                unsafe target[written + 1] = second << 4 | third >> 2
                unsafe target[written + 2] = third << 6 | fourth
                read += 4
                written += 3
            }
            // The tail is two characters for one byte or three for two; what is left of the last must be zero.
            if read < source.count {
                let first = unsafe values[Int(source[read])], second = unsafe values[Int(source[read + 1])]
                let isPair = source.count - read == 3
                let third = isPair ? unsafe values[Int(source[read + 2])] : 0
                seen |= first | second | third
                unsafe target[written] = first << 2 | second >> 4
                written += 1
                if isPair {
                    unsafe target[written] = second << 4 | third >> 2
                    written += 1
                }
                let spare = isPair ? third & 0b11 : second & 0b1111
                guard seen & Self.foreign != 0 || spare == 0 else {
                    throw Base64Error(.trailingBits, at: source.count - 1)
                }
            }
            guard seen & Self.foreign == 0 else {
                let offset = unsafe source.firstIndex { unsafe values[Int($0)] == Self.foreign }
                throw Base64Error(.alphabet, at: offset ?? source.count)
            }
            return written
        }
    }
}
