extension SettingKind where Value == Int {
    package static func integer(in range: ClosedRange<Int>) -> Self {
        SettingKind(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", example: "\(range.lowerBound)"
        ) { text throws(SettingFault) in
            guard let number = Int(text) else { throw SettingFault("is not a whole number") }
            return try range.checked(number)
        }
    }

    package static func bytes(in range: ClosedRange<Int>) -> Self {
        SettingKind(
            expected: "a size from \(range.lowerBound) to \(range.upperBound) bytes, like 64KiB or 10MB",
            example: "1MiB"
        ) { text throws(SettingFault) in
            let units = [
                "": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000,
                "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
            ]
            let (number, unit) = try splitQuantity(text)
            guard let factor = units[unit.lowercased()] else { throw SettingFault("has an unknown unit of size") }
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            return try range.checked(overflow ? .max : product)
        }
    }
}

extension SettingKind where Value == UInt16 {
    package static var port: Self {
        SettingKind(expected: "a port from 1 to 65535", example: "8080") { text throws(SettingFault) in
            guard let port = UInt16(text), port > 0 else { throw SettingFault("is not a port") }
            return port
        }
    }
}

extension SettingKind where Value == Double {
    /// A share of the whole.
    package static var ratio: Self {
        SettingKind(expected: "a number from 0 to 1", example: "0.1") { text throws(SettingFault) in
            guard let number = Double(text), (0...1).contains(number) else {
                throw SettingFault("is not a number from 0 to 1")
            }
            return number
        }
    }
}

extension SettingKind where Value == Bool {
    package static var flag: Self {
        SettingKind(expected: "true or false", example: "true") { text throws(SettingFault) in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw SettingFault("is neither true nor false")
            }
        }
    }
}

extension SettingKind where Value == Duration {
    package static func duration(in range: ClosedRange<Duration>) -> Self {
        SettingKind(
            expected: "a duration from \(range.lowerBound) to \(range.upperBound), like 250ms, 5s, 2m or plain seconds",
            example: "5s"
        ) { text throws(SettingFault) in
            let units: [String: Duration] = [
                "": .seconds(1), "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600),
                "d": .seconds(86_400),
            ]
            let (number, unit) = try splitQuantity(text)
            guard let step = units[unit.lowercased()] else { throw SettingFault("has an unknown unit of time") }
            guard number <= 1_000_000_000 else { throw SettingFault("is out of range") }
            return try range.checked(step * number)
        }
    }
}

/// "250ms" is 250 and "ms".
private func splitQuantity(_ text: String) throws(SettingFault) -> (number: Int, unit: String) {
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard let number = Int(digits) else { throw SettingFault("does not begin with a whole number") }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    return (number, String(unit))
}

extension ClosedRange {
    fileprivate func checked(_ value: Bound) throws(SettingFault) -> Bound {
        guard contains(value) else { throw SettingFault("is out of range") }
        return value
    }
}
