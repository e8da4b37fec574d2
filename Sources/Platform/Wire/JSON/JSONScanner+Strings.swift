extension JSONScanner {
    // MARK: - What a text says

    /// The bytes between the quotes as they stand: the text itself if it has no escapes.
    @_lifetime(copy self)
    package func raw(_ text: JSONText) -> Span<UInt8> { bytes.extracting(text.range) }

    /// Whether the text, its escapes resolved, is exactly `word`. Mostly their lengths tell them apart, in the caller itself.
    @inline(__always)
    package func isText(_ text: JSONText, _ word: StaticString) -> Bool {
        if !text.hasEscapes, text.range.count != word.utf8CodeUnitCount { return false }
        return says(text, word)
    }

    package func says(_ text: JSONText, _ word: StaticString) -> Bool {
        // Texts that are equal to a person may differ in their bytes; a word of a protocol may not.
        if text.hasEscapes { return string(text).utf8.elementsEqual("\(word)".utf8) }
        guard text.range.count == word.utf8CodeUnitCount else { return false }
        for place in 0..<text.range.count {
            guard unsafe bytes[text.range.lowerBound + place] == word.utf8Start[place] else { return false }
        }
        return true
    }

    /// The text, its escapes resolved.
    package func string(_ text: JSONText) -> String {
        if text.hasEscapes {
            var plain: [UInt8] = []
            append(text, to: &plain)
            return String(decoding: plain, as: UTF8.self)
        }
        return unsafe raw(text).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Appends the text as UTF-8, its escapes resolved.
    package func append(_ text: JSONText, to plain: inout [UInt8]) {
        plain.reserveCapacity(plain.count + text.range.count)
        var index = text.range.lowerBound
        while index < text.range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            let letter = bytes[index]
            index += 1
            guard letter == UInt8(ascii: "u") else {
                plain.append(Self.escaped(letter) ?? letter)
                continue
            }
            var scalar = hexadecimal(at: index) ?? 0
            index += 4
            if Self.isHighSurrogate(scalar) {
                scalar = 0x10000 + (scalar - 0xd800) << 10 + (hexadecimal(at: index + 2) ?? 0) - 0xdc00
                index += 6
            }
            // Reading the string has made sure of it.
            guard let scalar = Unicode.Scalar(scalar) else { preconditionFailure("a surrogate got past the scanner") }
            plain.append(contentsOf: scalar.utf8)
        }
    }

    // MARK: - Reading

    /// Reads a string whose opening quote comes next.
    mutating func readString() throws(JSONError) -> JSONText {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            passPlainText()
            guard position < bytes.count else { throw refusal(.endedEarly) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return JSONText(range: start..<position - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try readEscape()
            case 0..<32: throw refusal(.controlCharacter)
            case 0x80...: try readCharacter()
            default: position += 1
            }
        }
    }

    /// Moves on to the next quote, backslash, control character or byte above ASCII, sixteen and then eight bytes at a time; the last
    /// few bytes of the input are left to be looked at one by one.
    @inline(__always)
    private mutating func passPlainText() {
        let raw = unsafe bytes.bytes
        while position &+ 16 <= bytes.count {
            let words = unsafe raw.unsafeLoadUnaligned(fromByteOffset: position, as: SIMD2<UInt64>.self)
            let finds = Self.ends(words, SIMD2(repeating: 0x0101_0101_0101_0101))
            if finds[0] | finds[1] != 0 { break }
            position &+= 16
        }
        while position &+ 8 <= bytes.count {
            let word = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
            let finds = Self.ends(SIMD2(word, 0), SIMD2(repeating: 0x0101_0101_0101_0101))[0]
            if finds != 0 {
                position &+= finds.trailingZeroBitCount &>> 3
                return
            }
            position &+= 8
        }
    }

    /// The highest bit of each byte that ends plain text. A byte's highest bit says that it is below the one subtracted; a borrow can spoil
    /// bytes above a true find, never the lowest find.
    @inline(__always)
    private static func ends(_ words: SIMD2<UInt64>, _ ones: SIMD2<UInt64>) -> SIMD2<UInt64> {
        let quotes = words ^ (ones &* 0x22)
        let slashes = words ^ (ones &* 0x5c)
        return ((quotes &- ones) | (slashes &- ones) | (words &- ones &* 0x20) | words) & (ones &* 0x80)
    }

    private mutating func readEscape() throws(JSONError) {
        guard position + 1 < bytes.count else {
            position = bytes.count
            throw refusal(.endedEarly)
        }
        let letter = bytes[position + 1]
        guard letter == UInt8(ascii: "u") else {
            guard Self.escaped(letter) != nil else { throw refusal(.badEscape) }
            position += 2
            return
        }
        let unit = try readUnit()
        if Self.isHighSurrogate(unit) {
            guard position < bytes.count else { throw refusal(.endedEarly) }
            guard bytes[position] == UInt8(ascii: "\\") else { throw refusal(.loneSurrogate) }
            guard position + 1 < bytes.count else { throw refusal(.endedEarly) }
            guard bytes[position + 1] == UInt8(ascii: "u") else { throw refusal(.loneSurrogate) }
            guard Self.isLowSurrogate(try readUnit()) else { throw refusal(.loneSurrogate) }
        } else if Self.isLowSurrogate(unit) {
            throw refusal(.loneSurrogate)
        }
    }

    /// Reads a `\u` with its four digits.
    private mutating func readUnit() throws(JSONError) -> UInt32 {
        guard position + 6 <= bytes.count else {
            position = bytes.count
            throw refusal(.endedEarly)
        }
        guard let unit = hexadecimal(at: position + 2) else { throw refusal(.badEscape) }
        position += 6
        return unit
    }

    /// Reads one character above ASCII. The ranges keep out overlong forms, surrogates, and what lies above U+10FFFF.
    private mutating func readCharacter() throws(JSONError) {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch bytes[position] {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: throw refusal(.notUTF8)
        }
        for place in 1..<length {
            guard position + place < bytes.count else { throw refusal(.endedEarly) }
            let range = place == 1 ? second : 0x80...0xbf
            guard range.contains(bytes[position + place]) else { throw refusal(.notUTF8) }
        }
        position += length
    }

    // MARK: - Escapes

    /// What a backslash and this letter stand for; nil for `u` and for what is no escape.
    private static func escaped(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: nil
        }
    }

    private func hexadecimal(at place: Int) -> UInt32? {
        var value: UInt32 = 0
        for index in place..<place + 4 {
            switch bytes[index] {
            case let digit where digit &- 48 < 10: value = value << 4 | UInt32(digit - 48)
            case let letter where (letter | 0x20) &- 97 < 6: value = value << 4 | UInt32((letter | 0x20) - 87)
            default: return nil
            }
        }
        return value
    }

    private static func isHighSurrogate(_ unit: UInt32) -> Bool { unit & 0xfc00 == 0xd800 }

    private static func isLowSurrogate(_ unit: UInt32) -> Bool { unit & 0xfc00 == 0xdc00 }
}
