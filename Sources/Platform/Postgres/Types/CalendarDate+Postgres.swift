package import Wire

extension CalendarDate: PostgresValue {
    private static let epochShift: Int32 = 10_957

    package static var postgresType: PostgresType { .date }

    package func encode(into bytes: inout BindBytes) {
        if self == .infinity || self == .minusInfinity { return bytes.append(daysSinceEpoch) }
        let (shifted, overflow) = daysSinceEpoch.subtractingReportingOverflow(Self.epochShift)
        if overflow { bytes.fail(.invalidParameter("a date out of range")) }
        bytes.append(shifted)
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> CalendarDate {
        guard type == .date else { throw .wrongType }
        let shifted = try bytes.wholeNumber(Int32.self)
        if shifted == .max || shifted == .min { return CalendarDate(daysSinceEpoch: shifted) }
        let (days, overflow) = shifted.addingReportingOverflow(epochShift)
        if overflow { throw .outOfRange }
        return CalendarDate(daysSinceEpoch: days)
    }
}
