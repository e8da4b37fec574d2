import Testing

/// The reader that judges our metrics must itself refuse what is wrong.
@Suite(.timeLimit(.minutes(1))) struct PrometheusTextTests {
    @Test func `a good text is read`() throws {
        let text = try PrometheusText(
            """
            # HELP a Words with \\\\ and \\n.
            # TYPE a counter
            a{x="1",y="\\"},{"} 1
            a{x="2"} 1e+3
            # TYPE b histogram
            b_bucket{le="0.1"} 1
            b_bucket{le="+Inf"} 2
            b_sum 3.5
            b_count 2

            """)
        #expect(text.samples.count == 6)
        #expect(text.samples.first?.labels == ["x": "1", "y": #"\"},{"#])
        #expect(text.kinds["b"] == .histogram)
    }

    @Test(arguments: [
        ("# TYPE a counter\na 1", "the last line has no end"),
        ("a 1\n", "a sample that does not follow its TYPE"),
        ("# TYPE a counter\n# TYPE b counter\na 1\n", "a sample that does not follow its TYPE"),
        ("# TYPE a counter\n# TYPE a counter\n", "a second TYPE"),
        ("# TYPE a counting\n", "no such type"),
        ("# TYPE a gauge\na 1\na 2\n", "a series twice"),
        ("# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n", "a series twice"),
        ("# TYPE a gauge\na{x=\"1\" 1\n", "neither a comment nor a sample"),
        ("# TYPE a gauge\na{x=\"\\q\"} 1\n", "a malformed label"),
        ("# TYPE a gauge\na{x=\"1\",x=\"1\"} 1\n", "a label twice"),
        ("# TYPE a gauge\na one\n", "no number"),
        ("# TYPE a counter\na -1\n", "a counter below zero"),
        ("# TYPE a gauge\n\na 1\n", "neither a comment nor a sample"),
        ("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n", "buckets without order or end"),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n", "buckets that fall, or miss some"),
    ])
    func `a bad text is refused`(text: String, rule: String) {
        #expect { try PrometheusText(text) } throws: { ($0 as? PrometheusText.Broken)?.rule == rule }
    }
}
