import Domain
import Loop

/// What a child says of one sentence, read on its loop as it comes, and turned into the line's own sound. On its loop's thread alone,
/// which is why `@unchecked` holds.
final class EspeakSound: Watcher, @unchecked Sendable {
    enum Said: Hashable, Sendable {
        case audio([UInt8])
        /// The child has closed its output.
        case end
        case malformed
    }

    enum Reading: Hashable, Sendable {
        case bytes([UInt8])
        case nothing
        case end
    }

    /// Some 90 ms of its sound.
    private static let readBytes = 4_096
    /// How often one readiness may read before the rest of the loop has its turn.
    private static let readsPerTurn = 4

    private let child: SideProgram
    private let loop: Loop
    private let format: SoundFormat
    private let deliver: (Said) -> Void
    private var wave = WaveReader()
    private var resampler: (rate: Int, Resampler)?
    private var isOver = false

    init(_ child: SideProgram, _ format: SoundFormat, on loop: Loop, _ deliver: @escaping (Said) -> Void)
        throws(SystemError)
    {
        (self.child, self.format, self.loop, self.deliver) = (child, format, loop, deliver)
        try loop.watch(child.output, for: .readable, self)
    }

    /// What is there now.
    static func read(_ descriptor: Int32) -> Reading {
        unsafe withUnsafeTemporaryAllocation(byteCount: readBytes, alignment: 16) { room in
            switch unsafe Socket.read(descriptor, into: room) {
            case .bytes(let count): .bytes(unsafe Array(room[..<count]))
            case .wouldBlock: .nothing
            case .end, .failed: .end
            }
        }
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.readsPerTurn {
            guard !isOver else { return }
            switch Self.read(child.output) {
            case .nothing: return
            case .bytes(let bytes): heard(bytes)
            case .end:
                finish()
                return
            }
        }
    }

    /// Nothing is delivered any more. Once too often does no harm.
    func close() {
        guard !isOver else { return }
        isOver = true
        loop.unwatch(child.output)
        Socket.close(child.output)
    }

    private func heard(_ bytes: [UInt8]) {
        do throws(WaveReader.Fault) {
            let samples = try wave.take(bytes)
            guard let rate = wave.rate else { return }
            if resampler == nil { resampler = (rate, Resampler(from: rate, to: format.rate)) }
            var line: [Int16] = []
            resampler?.1.add(samples.span, to: &line)
            give(line)
        } catch {
            close()
            deliver(.malformed)
        }
    }

    private func finish() {
        var line: [Int16] = []
        resampler?.1.finish(to: &line)
        give(line)
        close()
        deliver(.end)
    }

    private func give(_ samples: [Int16]) {
        guard !samples.isEmpty else { return }
        switch format.encoding {
        case .g711(let law): deliver(.audio(samples.map(law.encode)))
        case .linear16:
            deliver(.audio(samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }))
        }
    }
}
