import Domain

/// The caller's latest sound, for a recognizer that begins late. Places count from the first sound of the call.
struct CallerTape {
    /// Older sound is lost.
    static let lengthMax: Milliseconds = 15_000
    /// Memory is taken, and given back, for so much at a time: an array that doubled as it grew would hold twice as much, and leave holes
    /// behind.
    static let block: Milliseconds = 1_000

    private let format: SoundFormat
    private let blockBytes: Int
    /// All but the last are full.
    private var blocks: [[UInt8]] = []
    private var kept = 0
    /// Where the first byte kept stands in all that was heard.
    private var start = 0

    init(_ format: SoundFormat) { (self.format, blockBytes) = (format, format.bytes(in: Self.block)) }

    /// Where the next sound will stand.
    var end: Milliseconds { format.duration(ofBytes: start + kept) }

    mutating func append(_ audio: Span<UInt8>) {
        var next = 0
        while next < audio.count {
            if kept % blockBytes == 0 {
                blocks.append([])
                blocks[blocks.count - 1].reserveCapacity(blockBytes)
            }
            let count = min(audio.count - next, blockBytes - kept % blockBytes)
            audio.extracting(next..<next + count).withUnsafeBufferPointer {
                blocks[blocks.count - 1].append(contentsOf: $0)
            }
            next += count
            kept += count
        }
        while kept - blockBytes >= format.bytes(in: Self.lengthMax) {
            blocks.removeFirst()
            kept -= blockBytes
            start += blockBytes
        }
    }

    /// What is kept from a place on, and where that really begins.
    func sound(from place: Milliseconds) -> (audio: ArraySlice<UInt8>, at: Milliseconds) {
        let first = max(start, min(format.bytes(in: place), start + kept))
        var skip = first - start
        var audio: [UInt8] = []
        audio.reserveCapacity(kept - skip)
        for block in blocks {
            audio += block.dropFirst(skip)
            skip -= min(skip, block.count)
        }
        return (audio[...], format.duration(ofBytes: first))
    }
}
