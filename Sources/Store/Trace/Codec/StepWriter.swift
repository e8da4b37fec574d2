package import Domain

/// Writes steps behind each other: each only says how it differs from the one before.
package struct StepWriter {
    private var trace = TraceWriter()
    private var digest = EffectsDigest()
    private var time: Int64
    /// Where the next frame begins if none is lost.
    private var place: Milliseconds = 0
    package private(set) var steps = 0

    package init(from instant: Instant) { time = instant.microseconds }

    /// How much `take` would give.
    package var size: Int { trace.bytes.count }
    /// Of all effects so far.
    package var effectsDigest: UInt64 { digest.value }

    package mutating func take() -> [UInt8] { trace.take() }

    package mutating func add(_ input: Input, at instant: Instant, _ effects: [Effect]) {
        steps += 1
        let short = shortFrame(input)
        let code = short == nil ? input.traceCode : .frame
        trace.byte(code.rawValue | (effects.isEmpty ? 0 : StepCode.hasEffects))
        writeTime(instant)
        if let (probability, energy) = short {
            trace.byte(UInt8(probability))
            trace.count(energy)
        } else {
            input.write(to: &trace)
        }
        if case .heard(let frame) = input { place = frame.mediaAt + frame.length }
        guard !effects.isEmpty else { return }
        digest.add(effects)
        trace.count(effects.count)
        for effect in effects { trace.text(effect.name) }
        trace.byte(UInt8(truncatingIfNeeded: digest.short))
        trace.byte(UInt8(truncatingIfNeeded: digest.short >> 8))
    }

    /// Most times are whole milliseconds apart.
    private mutating func writeTime(_ instant: Instant) {
        let passed = instant.microseconds &- time
        time = instant.microseconds
        if passed >= 0, passed % 1_000 == 0 {
            trace.number(UInt64(passed / 1_000) << 1)
        } else {
            trace.byte(1)
            trace.signed(passed)
        }
    }

    /// Of a frame that stands behind the last one and is coarse, as live ones are.
    private func shortFrame(_ input: Input) -> (probability: Int, energy: Int)? {
        guard case .heard(let frame) = input, frame.length == StepCode.frame, frame.mediaAt == place,
            let probability = frame.probability.step(of: CallerFrame.probabilitySteps),
            let energy = frame.energy?.step(of: CallerFrame.energySteps)
        else { return nil }
        return (probability, energy)
    }
}

enum StepCode {
    /// Beside the input's code.
    static let hasEffects: UInt8 = 0x80
    /// The length of frames in the short form.
    static let frame: Milliseconds = 20
}
