extension JSONScanner {
    // MARK: - What a number says

    /// The number if it is written as a whole one and an `Int64` holds exactly it; `-0` is none.
    package func integer(_ number: JSONNumber) -> Int64? {
        guard number.isWhole else { return nil }
        let isNegative = bytes[number.range.lowerBound] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in number.range.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(bytes[index] - 48)
            let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards when negative, since the lowest number has no positive counterpart.
            let (sum, isTooFar) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            if isTooLarge || isTooFar { return nil }
            value = sum
        }
        return isNegative && value == 0 ? nil : value
    }

    /// The nearest double. What lies beyond the largest one is refused; what is too small to tell from zero is zero.
    package func double(_ number: JSONNumber) throws(JSONError) -> Double {
        let digits = unsafe bytes.extracting(number.range).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
        guard let value = Double(digits), value.isFinite else {
            throw JSONError(.numberOutOfRange, at: number.range.lowerBound)
        }
        return value
    }

    /// Reads an integer that must fit.
    package mutating func integer() throws(JSONError) -> Int64 {
        let number = try number()
        guard let value = integer(number) else { throw JSONError(.numberOutOfRange, at: number.range.lowerBound) }
        return value
    }

    // MARK: - Reading

    /// Reads a number whose first byte comes next.
    mutating func readNumber() throws(JSONError) -> JSONNumber {
        let start = position
        var isWhole = true
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
            position += 1
            if position < bytes.count, bytes[position] &- 48 < 10 { throw refusal(.badNumber) }
        } else {
            try readDigits()
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try readDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try readDigits()
        }
        return JSONNumber(range: start..<position, isWhole: isWhole)
    }

    private mutating func readDigits() throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] &- 48 < 10 { position += 1 }
        guard position > start else { throw refusal(position < bytes.count ? .badNumber : .endedEarly) }
    }
}
