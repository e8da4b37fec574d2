import Domain
import Wire

/// How a period is put together out of what is kept: whole days and whole hours (UTC) of sums, and single calls where a part
/// begins or ends within an hour. So any zone and any moment is exact, and a year is as cheap as its days.
struct FigurePieces: Hashable, Sendable {
    struct Spans: Hashable, Sendable {
        private(set) var parts: [Int32] = []
        private(set) var begins: [Timestamp] = []
        private(set) var ends: [Timestamp] = []

        var isEmpty: Bool { parts.isEmpty }

        mutating func add(_ part: Int, _ begin: Int64, _ end: Int64) {
            guard begin < end else { return }
            parts.append(Int32(part))
            begins.append(Timestamp(microseconds: begin))
            ends.append(Timestamp(microseconds: end))
        }
    }

    private(set) var days = Spans()
    private(set) var hours = Spans()
    private(set) var calls = Spans()

    /// Without `slice` all of it are single calls.
    init(_ period: FigurePeriod, _ slice: SumSlice?) {
        for (index, part) in period.parts.enumerated() {
            let (begin, end) = (part.from.microseconds, part.to.microseconds)
            guard let slice else {
                calls.add(index, begin, end)
                continue
            }
            let whole = Self.whole(begin, end, Self.day)
            guard let whole else {
                addHours(index, begin, end, slice)
                continue
            }
            addHours(index, begin, whole.lowerBound, slice)
            days.add(index, whole.lowerBound, whole.upperBound)
            addHours(index, whole.upperBound, end, slice)
        }
    }

    private mutating func addHours(_ index: Int, _ begin: Int64, _ end: Int64, _ slice: SumSlice) {
        guard slice == .day, let whole = Self.whole(begin, end, Self.hour) else { return calls.add(index, begin, end) }
        calls.add(index, begin, whole.lowerBound)
        hours.add(index, whole.lowerBound, whole.upperBound)
        calls.add(index, whole.upperBound, end)
    }

    private static let hour: Int64 = 3_600_000_000
    private static let day: Int64 = 86_400_000_000

    /// The whole ones between two moments.
    private static func whole(_ begin: Int64, _ end: Int64, _ length: Int64) -> Range<Int64>? {
        let first = Instant(microseconds: begin + length - 1).beginning(of: length).microseconds
        let last = Instant(microseconds: end).beginning(of: length).microseconds
        return first < last ? first..<last : nil
    }
}
