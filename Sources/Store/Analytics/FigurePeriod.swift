package import Wire

/// A stretch of time, cut where hours, days, weeks or months begin in somebody's zone.
package struct FigurePeriod: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package let from: Timestamp
        package let to: Timestamp
        /// Its beginning by the clock on the wall: `2026-08-01`, or `2026-08-01T14:00`. Nil where nothing was cut.
        package let local: String?

        package init(from: Timestamp, to: Timestamp, local: String?) {
            self.from = from
            self.to = to
            self.local = local
        }
    }

    package let zone: String
    package let granularity: Granularity?
    package let parts: [Part]

    package init(zone: String, granularity: Granularity?, parts: [Part]) {
        self.zone = zone
        self.granularity = granularity
        self.parts = parts
    }

    package var from: Timestamp { parts.first?.from ?? Timestamp(microseconds: 0) }
    package var to: Timestamp { parts.last?.to ?? Timestamp(microseconds: 0) }
}
