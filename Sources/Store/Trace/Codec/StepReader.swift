package import Domain

/// Reads what `StepWriter` has written.
package struct StepReader {
    private var trace = TraceReader()
    private var time: Int64
    private var place: Milliseconds = 0

    package init(from instant: Instant) { time = instant.microseconds }

    /// The steps of one piece, as `StepWriter.take` gave it. Behind a fault nothing more can be read; what was read until then is good.
    package mutating func read(_ bytes: ArraySlice<UInt8>, _ each: (TraceStep) -> Void) throws(TraceFault) {
        trace.take(bytes)
        while !trace.isAtEnd { each(try step()) }
    }

    private mutating func step() throws(TraceFault) -> TraceStep {
        let byte = try trace.byte()
        guard let code = Input.TraceCode(rawValue: byte & ~StepCode.hasEffects) else {
            throw .meaningless("an input")
        }
        try readTime()
        let input: Input
        if code == .frame {
            let probability = try Fraction(step: UInt64(try trace.byte()), of: CallerFrame.probabilitySteps)
            let energy = try Fraction(step: try trace.number(), of: CallerFrame.energySteps)
            input = .heard(
                CallerFrame(mediaAt: place, length: StepCode.frame, probability: probability, energy: energy))
        } else {
            input = try Input(code, from: &trace)
        }
        if case .heard(let frame) = input { place = frame.mediaAt + frame.length }
        var step = TraceStep(at: Instant(microseconds: time), input: input, effects: [], digest: nil)
        guard byte & StepCode.hasEffects != 0 else { return step }
        for _ in 0..<(try trace.count()) { step.effects.append(try trace.text()) }
        step.digest = UInt16(try trace.byte()) | UInt16(try trace.byte()) << 8
        return step
    }

    private mutating func readTime() throws(TraceFault) {
        let passed = try trace.number()
        if passed & 1 == 0 {
            let (milliseconds, overflow) = Int64(passed >> 1).multipliedReportingOverflow(by: 1_000)
            guard !overflow else { throw .meaningless("a time") }
            time &+= milliseconds
        } else {
            guard passed == 1 else { throw .meaningless("a time") }
            time &+= try trace.signed()
        }
    }
}

extension Fraction {
    fileprivate init(step: UInt64, of steps: Int) throws(TraceFault) {
        guard step <= UInt64(steps), let fraction = Fraction(Double(step) / Double(steps)) else {
            throw .meaningless("a fraction")
        }
        self = fraction
    }
}
