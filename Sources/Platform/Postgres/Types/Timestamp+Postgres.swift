package import Wire

extension Timestamp: PostgresValue {
    /// 2000-01-01 is where Postgres begins to count.
    private static let epochShift: Int64 = 946_684_800_000_000

    package static var postgresType: PostgresType { .timestamptz }

    package func encode(into bytes: inout BindBytes) {
        if self == .infinity || self == .minusInfinity { return bytes.append(microseconds) }
        let (shifted, overflow) = microseconds.subtractingReportingOverflow(Self.epochShift)
        if overflow { bytes.fail(.invalidParameter("a timestamp out of range")) }
        bytes.append(shifted)
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Timestamp {
        guard type == .timestamptz else { throw .wrongType }
        let shifted = try bytes.wholeNumber(Int64.self)
        if shifted == .max || shifted == .min { return Timestamp(microseconds: shifted) }
        let (microseconds, overflow) = shifted.addingReportingOverflow(epochShift)
        if overflow { throw .outOfRange }
        return Timestamp(microseconds: microseconds)
    }
}
