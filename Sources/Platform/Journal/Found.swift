import Loop

/// What the folder held when it was opened.
struct Found: Sendable {
    var segments: [SegmentShelf.Segment] = []
    var recovery = JournalRecovery()

    /// Blocks: meant for the journal's lane.
    static func read(_ folder: JournalFolder, _ limits: JournalLimits) throws(SystemError) -> Found {
        var found = Found()
        let firsts = try folder.firsts()
        found.recovery.segments = firsts.count
        var before: (reading: SegmentReading, code: Int32?)?
        for (index, first) in firsts.enumerated() {
            let next = index + 1 < firsts.count ? firsts[index + 1] : UInt64.max
            var code: Int32?
            var bytes: [UInt8] = []
            do throws(SystemError) { bytes = try folder.contents(of: first) } catch { code = error.code }
            let reading = SegmentReading.read(bytes, first: first, upTo: next, payloadMax: limits.payloadMax)
            let follows = reading.follows ?? first - 1
            if let before, follows > before.reading.last { found.lost(before.reading, through: follows, before.code) }
            found.recovery.records += Int(reading.last + 1 - first)
            before = (reading, code)
            let isLast = next == .max
            // A last one without records makes room for the next that begins with its number.
            if reading.last >= first || !isLast {
                found.segments.append(
                    SegmentShelf.Segment(first: first, last: reading.last, bytes: bytes.count, began: .now))
            }
            if isLast {
                found.recovery.tornBytes = reading.badBytes
                // What can't be read may hold records: that is no torn tail.
                if code != nil { found.lost(reading, through: first, code) }
            }
        }
        return found
    }

    private mutating func lost(_ reading: SegmentReading, through last: UInt64, _ code: Int32?) {
        if let index = segments.firstIndex(where: { $0.first == reading.first }) { segments[index].isDamaged = true }
        recovery.damages.append(
            JournalDamage(
                file: SegmentFormat.fileName(first: reading.first), offset: reading.goodBytes,
                missing: reading.last + 1...last, code: code))
    }
}
