/// Puts the frames of a carrier's sound into their order by their numbers, and knows by their times how much is missing between them.
///
/// A frame that is next passes through: a comparison and a sum. One that comes too early waits for those before it, and if they stay away
/// too long they are lost. One whose place has passed is dropped, late or a second time: it would be noise in the middle of a later word.
package struct FrameOrder: Sendable {
    /// Frames that wait for one before them. With the next, that one is lost: 80 ms are heard later, but nothing is heard wrong.
    package static let waitingMax = 4
    /// A longer frame waits for nobody.
    package static let waitingBytesMax = 2 << 10
    /// A longer gap is a break: nothing fills it, and the clock of the sound stands still in it.
    package static let gapMax: Milliseconds = 1_000
    /// A number further ahead is a mistake, or the carrier counts anew.
    package static let leapMax: Int64 = 50
    /// Times may be off by so much before they say that sound is missing: some carriers write down when a frame came.
    package static let wobble: Milliseconds = 60
    /// So many frames in a row that have no place, but follow each other: the carrier counts anew.
    package static let restartAfter = 10
    /// What JSON's own numbers hold exactly.
    private static let numberMax: Int64 = 1 << 53

    /// What did not come as it should have.
    package struct Tally: Hashable, Sendable {
        /// Never came, or when it was too late.
        package var lost = 0
        /// Had no place any more, or never one.
        package var late = 0
        /// Came behind a later one, and was still waited for.
        package var reordered = 0

        package init() {}
    }

    private struct Early: Sendable {
        let number: Int64
        let time: Int64?
        let sound: [UInt8]
    }

    private let bytesPerMillisecond: Int64
    /// Less than nothing before the first.
    private var next: Int64 = -1
    /// Where the next sound stands by the carrier's clock, in bytes; less than nothing while that is not known.
    private var due: Int64 = -1
    private var lastBytes: Int64 = 0
    /// By number.
    private var early: [Early] = []
    private var strayNext: Int64 = -1
    private var strays = 0
    package private(set) var tally = Tally()

    package init(bytesPerMillisecond: Int = G711.sampleRate / 1_000) {
        self.bytesPerMillisecond = Int64(bytesPerMillisecond)
    }

    /// `time` is in milliseconds. `give` gets each sound in its order, with what is missing before it. Without a number a frame is taken as
    /// it comes.
    package mutating func take(
        _ number: Int64?, at time: Int64?, _ sound: Span<UInt8>, _ give: (Milliseconds, Span<UInt8>) -> Void
    ) {
        guard let number, 0...Self.numberMax ~= number else { return pass(sound, at: time, give) }
        guard number == next || next < 0 else { return takeOutOfOrder(number, at: time, sound, give) }
        next = number + 1
        pass(sound, at: time, give)
        if !early.isEmpty {
            tally.reordered += 1
            giveFollowing(give)
        }
    }

    /// Nothing more comes: what waits is given as it is.
    package mutating func end(_ give: (Milliseconds, Span<UInt8>) -> Void) {
        while !early.isEmpty { giveEarliest(give) }
    }

    // MARK: - Out of order

    private mutating func takeOutOfOrder(
        _ number: Int64, at time: Int64?, _ sound: Span<UInt8>, _ give: (Milliseconds, Span<UInt8>) -> Void
    ) {
        guard number > next, number - next <= Self.leapMax else { return stray(number, at: time, sound, give) }
        guard !early.contains(where: { $0.number == number }) else {
            tally.late += 1
            return
        }
        let mayWait = sound.count <= Self.waitingBytesMax
        while !mayWait || early.count == Self.waitingMax, let first = early.first, first.number < number {
            giveEarliest(give)
        }
        if number > next, mayWait, early.count < Self.waitingMax {
            let place = early.firstIndex { $0.number > number } ?? early.count
            early.insert(Early(number: number, time: time, sound: Self.copy(sound)), at: place)
            return
        }
        let lost = number - next
        tally.lost += Int(lost)
        next = number + 1
        pass(sound, at: time, behind: lost, give)
        giveFollowing(give)
    }

    /// It has no place, unless many that follow each other have none.
    private mutating func stray(
        _ number: Int64, at time: Int64?, _ sound: Span<UInt8>, _ give: (Milliseconds, Span<UInt8>) -> Void
    ) {
        strays = number == strayNext ? strays + 1 : 1
        strayNext = number + 1
        guard strays == Self.restartAfter else {
            tally.late += 1
            return
        }
        end(give)
        (next, due, strays) = (number + 1, -1, 0)
        pass(sound, at: time, give)
    }

    /// Those before it are lost.
    private mutating func giveEarliest(_ give: (Milliseconds, Span<UInt8>) -> Void) {
        let first = early.removeFirst()
        let lost = first.number - next
        tally.lost += Int(lost)
        next = first.number + 1
        pass(first.sound.span, at: first.time, behind: lost, give)
        giveFollowing(give)
    }

    private mutating func giveFollowing(_ give: (Milliseconds, Span<UInt8>) -> Void) {
        while let first = early.first, first.number == next {
            early.removeFirst()
            next += 1
            pass(first.sound.span, at: first.time, give)
        }
    }

    // MARK: - In order

    /// What is missing is told by the times, and where there are none by the number of frames.
    private mutating func pass(
        _ sound: Span<UInt8>, at time: Int64?, behind lost: Int64 = 0, _ give: (Milliseconds, Span<UInt8>) -> Void
    ) {
        var missing = lost * lastBytes
        if let time, 0...Self.numberMax ~= time {
            let place = time * bytesPerMillisecond
            let off = due < 0 ? 0 : place - due
            if due < 0 || lost > 0 || abs(off) > Self.wobble.count * bytesPerMillisecond {
                // What leaps further tells nothing of what is missing.
                if due >= 0, off <= Self.gapMax.count * bytesPerMillisecond { missing = max(0, off) }
                due = place
            }
        } else if due >= 0 {
            due += missing
        }
        if due >= 0 { due += Int64(sound.count) }
        lastBytes = Int64(sound.count)
        give(min(Self.gapMax, Milliseconds(missing / bytesPerMillisecond)), sound)
    }

    private static func copy(_ sound: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sound.count)
        for index in sound.indices { bytes.append(sound[index]) }
        return bytes
    }
}
