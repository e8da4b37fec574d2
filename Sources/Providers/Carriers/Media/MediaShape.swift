import Domain
import Wire

/// The last media frame of a socket, to know the next one by: a carrier's frames say the same but for some counters and the audio.
///
/// A message as long as that one, with digits where its counters stood, base64 where its audio stood and nothing changed anywhere
/// else, is JSON as that one was, with the same members in the same places. All others are read from end to end.
struct MediaShape: ~Copyable {
    /// Of longer frames none is kept.
    static let bytesMax = 2 << 10

    private struct Part {
        enum Kind { case sequence, chunk, timestamp, audio }

        var kind: Kind
        var place: Range<Int>
    }

    private var known = ByteQueue()
    private var track = AudioTrack.inbound
    /// What differs from frame to frame, in the order in which it stands.
    private var parts = InlineArray<4, Part>(repeating: Part(kind: .audio, place: 0..<0))
    private var partCount = 0

    /// What `message` says, its audio decoded behind `audio`; nil, and nothing decoded, where it is not like the one before.
    func read(_ message: Span<UInt8>, into audio: inout ByteQueue) -> MediaChunk? {
        guard partCount > 0, message.count == known.count else { return nil }
        let known = known.bytes
        var (sequence, chunk, timestamp): (Int64?, Int64?, Int64?) = (nil, nil, nil)
        var audioPlace = 0..<0
        var place = 0
        for index in 0..<partCount {
            let part = parts[index]
            guard Self.isSame(message, known, place..<part.place.lowerBound) else { return nil }
            place = part.place.upperBound
            if part.kind == .audio {
                audioPlace = part.place
                continue
            }
            guard let number = Self.number(message, part.place) else { return nil }
            switch part.kind {
            case .sequence: sequence = number
            case .chunk: chunk = number
            case .timestamp: timestamp = number
            case .audio: break
            }
        }
        guard Self.isSame(message, known, place..<message.count) else { return nil }
        do {
            try Base64.standard.decode(message.extracting(audioPlace), into: &audio)
        } catch {
            return nil
        }
        return MediaChunk(track: track, sequence: sequence, chunk: chunk, timestamp: timestamp)
    }

    /// Keeps a frame that was read from end to end. One whose counters stand without quotes is none to go by: a number may not begin
    /// with 0, and digits in quotes may.
    mutating func learn(_ message: Span<UInt8>, _ outline: MediaOutline) {
        known.removeAll()
        partCount = 0
        guard message.count <= Self.bytesMax, let track = outline.track, let audio = outline.payload, !audio.hasEscapes
        else { return }
        add(.audio, audio.range)
        guard add(.sequence, outline.sequence), add(.chunk, outline.chunk), add(.timestamp, outline.timestamp) else {
            partCount = 0
            return
        }
        known.append(message)
        self.track = track
    }

    private mutating func add(_ kind: Part.Kind, _ counter: MediaOutline.Counter?) -> Bool {
        guard let counter else { return true }
        guard let digits = counter.digits else { return false }
        add(kind, digits)
        return true
    }

    private mutating func add(_ kind: Part.Kind, _ place: Range<Int>) {
        var index = partCount
        while index > 0, parts[index - 1].place.lowerBound > place.lowerBound {
            parts[index] = parts[index - 1]
            index -= 1
        }
        parts[index] = Part(kind: kind, place: place)
        partCount += 1
    }

    /// Eight bytes at a time.
    private static func isSame(_ left: Span<UInt8>, _ right: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let (left, right) = (left.extracting(range), right.extracting(range))
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                var index = 0
                var difference: UInt64 = 0
                while index &+ 8 <= left.count {
                    let one = unsafe left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    let other = unsafe right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    difference |= one ^ other
                    index &+= 8
                }
                while index < left.count {
                    unsafe difference |= UInt64(left[index] ^ right[index])
                    index &+= 1
                }
                return difference == 0
            }
        }
    }

    /// Of as many digits as there were before, and those did not overflow.
    private static func number(_ message: Span<UInt8>, _ place: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for index in place {
            let digit = message[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }
}
