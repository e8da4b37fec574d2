import Testing

@testable import Service

@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: [
        ("00-\(trace)-\(span)-01", TraceContext.Sampling.recorded), ("00-\(trace)-\(span)-00", .ignored),
        ("00-\(trace)-\(span)-ff", .recorded), ("00-\(trace)-\(span)-02", .ignored),
        ("cc-\(trace)-\(span)-01", .recorded), ("cc-\(trace)-\(span)-01-more-to-come", .recorded),
    ])
    func `well-formed parents are read`(parent: String, sampling: TraceContext.Sampling) throws {
        let context = try #require(TraceContext(parent: parent))
        #expect(context.trace.description == Self.trace)
        #expect(context.span.description == Self.span)
        #expect(context.sampling == sampling)
        #expect(context.parent == "00-\(Self.trace)-\(Self.span)-0\(sampling == .recorded ? 1 : 0)")
    }

    @Test(arguments: [
        "", "00", "ff-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-x", "00-\(trace)-\(span)-01-",
        "cc-\(trace)-\(span)-01x",
        "00-\(trace)-\(span)-0", "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01", "00-\(trace)-\(span)-0G",
        "0G-\(trace)-\(span)-01", "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01",
        " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ", "00-\(trace)-\(span)-01,00-\(trace)-\(span)-01",
        "00-\(trace.dropLast())-\(span)-001", "00-\(trace.dropLast())g-\(span)-01", "00-\(trace)-\(span)-é",
    ])
    func `anything else begins a new trace`(parent: String) { #expect(TraceContext(parent: parent) == nil) }

    @Test(arguments: [
        ("a=1", "a=1"), ("a=1, b=2 ,\tc=3", "a=1,b=2,c=3"), ("t-1_*/z@sys=x y", "t-1_*/z@sys=x y"),
        ("a=1,,b=2", "a=1,b=2"),
        ("", ""), ("1t@s=x", "1t@s=x"), (" , ", ""),
    ])
    func `a well-formed state is passed on`(source: String, sent: String) { #expect(TraceState(source)?.text == sent) }

    @Test(arguments: [
        "a", "=1", "a=", "A=1", "1a=1", "a=1=2", "a=é", "a=1,a=2", "a b=1", "a@=1", "@b=1", "a@1b=1", "a@b@c=1",
        "a=\u{7f}",
        "\(String(repeating: "k", count: 257))=1", "a=\(String(repeating: "v", count: 257))",
        "\(String(repeating: "k", count: 242))@s=1", "a@\(String(repeating: "s", count: 15))=1",
        (0...32).map { "k\($0)=1" }.joined(separator: ","), String(repeating: ",", count: 513),
    ])
    func `a state that is not well formed is dropped`(source: String) { #expect(TraceState(source) == nil) }

    @Test func `a bad state does not cost the trace`() {
        let context = TraceContext(parent: "00-\(Self.trace)-\(Self.span)-01", state: "BAD")
        #expect(context?.state == .empty)
        #expect(TraceContext(parent: "00-\(Self.trace)-\(Self.span)-01", state: "a=1")?.state.text == "a=1")
    }

    @Test func `ids do not repeat`() {
        let source = IDSource(seed: 42)
        #expect(Set((0..<100_000).map { _ in source.next() }).count == 100_000)
    }
}
