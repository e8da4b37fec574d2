/// The text that Prometheus scrapes, read as strictly as its format is written; throws the first line that breaks it.
struct PrometheusText {
    struct Broken: Error, CustomStringConvertible {
        let rule: String
        let line: Substring
        var description: String { "\(rule): \(line)" }
    }

    enum Kind: String { case counter, gauge, histogram, summary, untyped }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var kinds: [String: Kind] = [:]
    private(set) var samples: [Sample] = []
    private var explained: Set<String> = []
    private var series: Set<String> = []
    /// The metric that the lines are about: each has its lines in one place.
    private var current: String?

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Broken(rule: "the last line has no end", line: text.suffix(80)) }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) { try read(line) }
        for (name, kind) in kinds where kind == .histogram { try checkBuckets(of: name) }
    }

    private mutating func read(_ line: Substring) throws {
        if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) ([a-z]+)/) {
            guard let kind = Kind(rawValue: String(match.2)) else { throw Broken(rule: "no such type", line: line) }
            guard kinds.updateValue(kind, forKey: String(match.1)) == nil else {
                throw Broken(rule: "a second TYPE", line: line)
            }
            current = String(match.1)
        } else if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)*/) {
            guard explained.insert(String(match.1)).inserted else { throw Broken(rule: "a second HELP", line: line) }
            guard kinds[String(match.1)] == nil else { throw Broken(rule: "HELP behind TYPE", line: line) }
        } else {
            try readSample(line)
        }
    }

    private mutating func readSample(_ line: Substring) throws {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/) else {
            throw Broken(rule: "neither a comment nor a sample", line: line)
        }
        let name = String(match.1)
        guard let current, let kind = kinds[current], Self.names(of: current, kind).contains(name) else {
            throw Broken(rule: "a sample that does not follow its TYPE", line: line)
        }
        guard let value = Self.number(match.3) else { throw Broken(rule: "no number", line: line) }
        let labels = try Self.labels(match.2 ?? "", line)
        let identity = name + labels.sorted { $0.key < $1.key }.map { "\u{0}\($0.key)\u{0}\($0.value)" }.joined()
        guard series.insert(identity).inserted else { throw Broken(rule: "a series twice", line: line) }
        if kind == .counter, value < 0 { throw Broken(rule: "a counter below zero", line: line) }
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    private static func names(of metric: String, _ kind: Kind) -> [String] {
        switch kind {
        case .histogram: ["\(metric)_bucket", "\(metric)_sum", "\(metric)_count"]
        case .summary: [metric, "\(metric)_sum", "\(metric)_count"]
        case .counter, .gauge, .untyped: [metric]
        }
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.contains { $0.isLetter && $0 != "e" && $0 != "E" } ? nil : Double(text)
        }
    }

    private static func labels(_ text: Substring, _ line: Substring) throws -> [String: String] {
        var (rest, labels) = (text, [String: String]())
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\\\|\\"|\\n)*)"(?:,|$)/)
            else {
                throw Broken(rule: "a malformed label", line: line)
            }
            guard labels.updateValue(String(match.2), forKey: String(match.1)) == nil else {
                throw Broken(rule: "a label twice", line: line)
            }
            rest = rest[match.range.upperBound...]
        }
        return labels
    }

    /// Buckets never fall, the last holds everything, and it agrees with the count.
    private func checkBuckets(of metric: String) throws {
        for count in samples where count.name == "\(metric)_count" {
            let buckets = samples.filter {
                $0.name == "\(metric)_bucket" && $0.labels.filter { $0.key != "le" } == count.labels
            }
            let bounds = buckets.compactMap { $0.labels["le"].flatMap { Self.number($0[...]) } }
            guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity else {
                throw Broken(rule: "buckets without order or end", line: metric[...])
            }
            let values = buckets.map(\.value)
            guard values == values.sorted(), values.last == count.value else {
                throw Broken(rule: "buckets that fall, or miss some", line: metric[...])
            }
        }
    }
}
