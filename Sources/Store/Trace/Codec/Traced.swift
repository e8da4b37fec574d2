import Domain

/// What a trace can hold.
protocol Traced {
    func write(to trace: inout TraceWriter)
    init(from trace: inout TraceReader) throws(TraceFault)
}

extension Traced where Self: RawRepresentable, RawValue == String {
    func write(to trace: inout TraceWriter) { trace.text(rawValue) }

    init(from trace: inout TraceReader) throws(TraceFault) {
        guard let value = Self(rawValue: try trace.text()) else { throw .meaningless("a word of \(Self.self)") }
        self = value
    }
}

extension AnsweredBy: Traced {}
extension AudioCodec: Traced {}
extension ContextOutcome: Traced {}
extension Direction: Traced {}
extension FinishReason: Traced {}
extension HangUp.Cause: Traced {}
extension HangUp.Source: Traced {}
extension MediaReason: Traced {}
extension ProviderFault: Traced {}
extension ProviderKind: Traced {}
extension Sentiment: Traced {}
extension Tone: Traced {}
extension ToolFault: Traced {}
extension TransferEnd: Traced {}
extension TransferMode: Traced {}
extension Verdict: Traced {}

// MARK: - Plain values

extension Bool: Traced {
    func write(to trace: inout TraceWriter) { trace.byte(self ? 1 : 0) }
    init(from trace: inout TraceReader) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = false
        case 1: self = true
        default: throw .meaningless("a yes or no")
        }
    }
}

extension Int64: Traced {
    func write(to trace: inout TraceWriter) { trace.signed(self) }
    init(from trace: inout TraceReader) throws(TraceFault) { self = try trace.signed() }
}

extension Int: Traced {
    func write(to trace: inout TraceWriter) { trace.signed(Int64(self)) }
    init(from trace: inout TraceReader) throws(TraceFault) { self = Int(try trace.signed()) }
}

extension Double: Traced {
    func write(to trace: inout TraceWriter) { trace.fixed(bitPattern) }
    init(from trace: inout TraceReader) throws(TraceFault) { self = Double(bitPattern: try trace.fixed()) }
}

extension String: Traced {
    func write(to trace: inout TraceWriter) { trace.text(self) }
    init(from trace: inout TraceReader) throws(TraceFault) { self = try trace.text() }
}

extension Optional: Traced where Wrapped: Traced {
    func write(to trace: inout TraceWriter) {
        trace.byte(self == nil ? 0 : 1)
        self?.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self = try Bool(from: &trace) ? try Wrapped(from: &trace) : nil
    }
}

extension Array: Traced where Element: Traced {
    func write(to trace: inout TraceWriter) {
        trace.count(count)
        for element in self { element.write(to: &trace) }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self = []
        for _ in 0..<(try trace.count()) { append(try Element(from: &trace)) }
    }
}

// MARK: - Values of the house

extension ID: Traced {
    func write(to trace: inout TraceWriter) { trace.id(value) }
    init(from trace: inout TraceReader) throws(TraceFault) { self.init(value: try trace.id()) }
}

extension Private: Traced where Value: Traced {
    func write(to trace: inout TraceWriter) { revealed.write(to: &trace) }
    init(from trace: inout TraceReader) throws(TraceFault) { self.init(try Value(from: &trace)) }
}

extension Milliseconds: Traced {
    func write(to trace: inout TraceWriter) { trace.signed(count) }
    init(from trace: inout TraceReader) throws(TraceFault) { self.init(try trace.signed()) }
}

extension Instant: Traced {
    func write(to trace: inout TraceWriter) { trace.signed(microseconds) }
    init(from trace: inout TraceReader) throws(TraceFault) { self.init(microseconds: try trace.signed()) }
}

extension RecognizerNumber: Traced {
    func write(to trace: inout TraceWriter) { value.write(to: &trace) }
    init(from trace: inout TraceReader) throws(TraceFault) { self.init(try Int(from: &trace)) }
}

extension MarkNumber: Traced {
    func write(to trace: inout TraceWriter) { value.write(to: &trace) }
    init(from trace: inout TraceReader) throws(TraceFault) { self.init(try Int(from: &trace)) }
}

extension Score: Traced {
    func write(to trace: inout TraceWriter) { value.write(to: &trace) }
    init(from trace: inout TraceReader) throws(TraceFault) {
        guard let score = Score(try Double(from: &trace)) else { throw .meaningless("a score") }
        self = score
    }
}

/// Exactly the same number always; three bytes less where it is one of few decimals, as providers give them.
extension Fraction: Traced {
    private static let steps = UInt8(CallerFrame.probabilitySteps)
    private static let (decimal, whole) = (UInt8(254), UInt8(255))
    private static let decimals = 100_000_000.0

    /// Nil if it lies between steps.
    func step(of steps: Int) -> Int? {
        let step = (value * Double(steps)).rounded()
        return step / Double(steps) == value ? Int(step) : nil
    }

    func write(to trace: inout TraceWriter) {
        if let step = step(of: Int(Self.steps)) { return trace.byte(UInt8(step)) }
        let scaled = (value * Self.decimals).rounded()
        if scaled / Self.decimals == value {
            trace.byte(Self.decimal)
            return trace.number(UInt64(scaled))
        }
        trace.byte(Self.whole)
        value.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        let value: Double
        switch try trace.byte() {
        case let step where step <= Self.steps: value = Double(step) / Double(Self.steps)
        case Self.decimal: value = Double(try trace.number()) / Self.decimals
        case Self.whole: value = try Double(from: &trace)
        default: throw .meaningless("a fraction")
        }
        guard let fraction = Fraction(value) else { throw .meaningless("a fraction") }
        self = fraction
    }
}

extension Freeform: Traced {
    func write(to trace: inout TraceWriter) { write(to: &trace, depthLeft: Self.depthMax) }

    /// Members stand in the order of their names.
    private func write(to trace: inout TraceWriter, depthLeft: Int) {
        switch self {
        case .null: trace.byte(0)
        case .bool(let flag): trace.byte(flag ? 2 : 1)
        case .integer(let number):
            trace.byte(3)
            trace.signed(number)
        case .fractional(let number):
            trace.byte(4)
            number.write(to: &trace)
        case .string(let text):
            trace.byte(5)
            trace.text(text)
        case .array where depthLeft == 0, .object where depthLeft == 0: trace.byte(0)
        case .array(let values):
            trace.byte(6)
            trace.count(values.count)
            for value in values { value.write(to: &trace, depthLeft: depthLeft - 1) }
        case .object(let members):
            trace.byte(7)
            trace.count(members.count)
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                trace.text(name)
                value.write(to: &trace, depthLeft: depthLeft - 1)
            }
        }
    }

    init(from trace: inout TraceReader) throws(TraceFault) { try self.init(from: &trace, depthLeft: Self.depthMax) }

    private init(from trace: inout TraceReader, depthLeft: Int) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = .null
        case 1: self = .bool(false)
        case 2: self = .bool(true)
        case 3: self = .integer(try trace.signed())
        case 4: self = .fractional(try Double(from: &trace))
        case 5: self = .string(try trace.text())
        case 6 where depthLeft > 0:
            var values: [Freeform] = []
            for _ in 0..<(try trace.count()) { values.append(try Freeform(from: &trace, depthLeft: depthLeft - 1)) }
            self = .array(values)
        case 7 where depthLeft > 0:
            var members: [String: Freeform] = [:]
            for _ in 0..<(try trace.count()) {
                let name = try trace.text()
                members[name] = try Freeform(from: &trace, depthLeft: depthLeft - 1)
            }
            self = .object(members)
        default: throw .meaningless("a document")
        }
    }
}
