import Loop
import Testing

@testable import Service

@Suite struct MetricsTests {
    private func lines(_ metrics: Metrics, _ prefix: String) -> [String] {
        metrics.exposition.split(separator: "\n").map(String.init).filter {
            $0.hasPrefix(prefix) || $0.hasPrefix("# HELP \(prefix)") || $0.hasPrefix("# TYPE \(prefix)")
        }
    }

    @Test func `counters and gauges are written with help, type and labels`() {
        let metrics = Metrics()
        let calls = metrics.counters("calls_total", "Calls by outcome.", labels: ["direction", "outcome"])
        calls.with("inbound", "completed").add(1027)
        calls.with("inbound", "busy").add()
        metrics.gauge("calls_active", "Calls now.").set(-3)
        #expect(
            lines(metrics, "calls_") == [
                "# HELP calls_active Calls now.", "# TYPE calls_active gauge", "calls_active -3",
                "# HELP calls_total Calls by outcome.", "# TYPE calls_total counter",
                #"calls_total{direction="inbound",outcome="busy"} 1"#,
                #"calls_total{direction="inbound",outcome="completed"} 1027"#,
            ])
        #expect(metrics.exposition.hasSuffix("\n"))
    }

    @Test func `histogram buckets are cumulative and end with everything`() {
        let metrics = Metrics()
        let turns = metrics.histogram(
            "turn_seconds", "Turns.", bounds: [.milliseconds(500), .seconds(1), .milliseconds(2_500)])
        for duration in [Duration.milliseconds(500), .milliseconds(501), .seconds(1), .seconds(9), .seconds(-1)] {
            turns.record(duration)
        }
        #expect(
            lines(metrics, "turn_seconds") == [
                "# HELP turn_seconds Turns.", "# TYPE turn_seconds histogram", #"turn_seconds_bucket{le="0.5"} 2"#,
                #"turn_seconds_bucket{le="1"} 4"#, #"turn_seconds_bucket{le="2.5"} 4"#,
                #"turn_seconds_bucket{le="+Inf"} 5"#, "turn_seconds_sum 11.001", "turn_seconds_count 5",
            ])
    }

    @Test func `help and label values are escaped as the format wants`() {
        var text = MetricText(name: "x", kind: .gauge, help: "a\\b\n\"c\"")
        text.sample(["path": "C:\\x\n\"y\""], 1)
        #expect(
            text.lines == #"# HELP x a\\b\n"c""# + "\n# TYPE x gauge\n" + #"x{path="C:\\x\n\"y\""} 1"# + "\n")
    }

    @Test(arguments: [
        (0.1, "0.1"), (1, "1"), (-0.0, "0"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e-7, "1e-07"),
        (9_007_199_254_740_992, "9007199254740992.0"), (2.5, "2.5"),
    ])
    func `numbers are written as Go reads them`(number: Double, text: String) {
        #expect(MetricText.number(number) == text)
    }

    @Test(arguments: [
        ("a", true), ("a_b:c9", true), ("_a", true), ("9a", false), ("", false), ("a-b", false), ("é", false),
        ("a{", false),
    ])
    func `metric names are checked`(name: String, isName: Bool) { #expect(MetricName.isMetric(name) == isName) }

    @Test(arguments: [("a", true), ("_a9", true), ("__a", false), ("le", false), ("a:b", false), ("9", false)])
    func `label names are checked`(name: String, isName: Bool) { #expect(MetricName.isLabel(name) == isName) }

    @Test func `a wrong name, a name declared twice and a missing label value stop the process`() async {
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("bad-name", "") }
        await #expect(processExitsWith: .failure) { _ = Metrics().counters("a_total", "", labels: ["le"]) }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.counter("a_total", "")
            _ = metrics.gauge("a_total", "")
        }
        await #expect(processExitsWith: .failure) {
            _ = Metrics().counters("a_total", "", labels: ["b"]).with("c", "d")
        }
    }

    @Test func `beyond its limit a family puts everything into one series and counts that`() {
        let metrics = Metrics()
        let family = metrics.counters("hits_total", "Hits.", labels: ["route"], limit: 2)
        for route in ["/a", "/b", "/c", "/d", "/a"] { family.with(route).add() }
        #expect(
            lines(metrics, "hits_total{") == [
                #"hits_total{route="/a"} 2"#, #"hits_total{route="/b"} 1"#, #"hits_total{route="other"} 2"#,
            ])
        #expect(
            lines(metrics, "metrics_series_refused_total{") == [#"metrics_series_refused_total{metric="hits_total"} 2"#]
        )
    }

    @Test func `a series that collectors give twice is written once and counted`() {
        let metrics = Metrics()
        for value in [1.0, 2.0] {
            metrics.collect { $0.gauge("pool_size", "Connections.", value, ["pool": "main"]) }
        }
        metrics.collect { $0.gauge("pool_size", "Connections.", 5, ["pool": "other"]) }
        #expect(
            lines(metrics, "pool_size") == [
                "# HELP pool_size Connections.", "# TYPE pool_size gauge", #"pool_size{pool="main"} 1"#,
                #"pool_size{pool="other"} 5"#,
            ])
        #expect(lines(metrics, "metrics_duplicate_samples_total").last == "metrics_duplicate_samples_total 1")
    }

    @Test func `counting from many threads loses nothing`() async throws {
        let metrics = Metrics()
        let counter = metrics.counter("n_total", "")
        let gauge = metrics.gauge("level", "")
        let histogram = metrics.histogram("t_seconds", "")
        try await Loops.with(2) { loops in
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask(executorPreference: loops.all[task % 2]) {
                        for _ in 0..<10_000 {
                            counter.add()
                            gauge.add(task % 2 == 0 ? 1 : -1)
                            histogram.record(.milliseconds(3))
                        }
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(gauge.value == 0)
        #expect(histogram.snapshot.counts.reduce(0, +) == 80_000)
        #expect(histogram.snapshot.sum == 240)
    }

    @Test func `the process and its loops tell about themselves`() async throws {
        let text = try await Loops.with(2) { loops in
            let metrics = Metrics()
            metrics.collect(from: loops.all)
            metrics.collect(ProcessUsage().collect)
            try await loops.first.sleep(for: .milliseconds(1))
            return metrics.exposition
        }
        for name in [
            "process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_open_fds ", "process_max_fds ",
            "process_start_time_seconds ", "process_virtual_memory_bytes ",
        ] {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            let value = line.flatMap { Double($0.dropFirst(name.count)) }
            #expect(value.map { $0 > 0 } == true, "\(name)")
        }
        for name in ["turn_seconds_count", "tasks_total", "turns_total", "wakeups_total", "descriptors", "timers"] {
            #expect(text.contains("\nloop_\(name){loop=\"loop-1\"} "), "\(name)")
        }
        try requireWellFormed(text)
    }

    /// The rules a scraper enforces: known lines only, samples grouped behind their type, no series twice.
    private func requireWellFormed(_ text: String) throws {
        var current = ""
        var seen: Set<Substring> = []
        var typed: Set<Substring> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                #expect(typed.insert(words[2]).inserted, "two types for \(words[2])")
                current = String(words[2])
            } else if !line.hasPrefix("# HELP ") {
                #expect(line.hasPrefix(current), "\(line) outside its group")
                let series = line[..<(try #require(line.lastIndex(of: " ")))]
                #expect(seen.insert(series).inserted, "\(series) twice")
                #expect(Double(try #require(words.last).replacing("+Inf", with: "inf")) != nil)
            }
        }
    }
}
