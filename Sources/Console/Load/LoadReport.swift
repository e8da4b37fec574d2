import Wire

/// All that a run has found, as a page and as a document.
struct LoadReport {
    let machine: MachineDescription
    let options: LoadOptions
    var steps: [LoadStep] = []
    var overload: LoadOverload?
    var leak: LoadLeak?

    var tried: [LoadPlan.Tried] {
        steps.map { LoadPlan.Tried(calls: $0.calls, isMet: options.objective.misses($0).isEmpty) }
    }

    /// The steps during which whoever made the calls was the limit.
    var bottlenecks: [(calls: Int, what: String)] {
        steps.compactMap { step in step.generator.bottleneck.map { (step.calls, $0) } }
    }

    /// What must not be: calls that are taken beyond the cap, or refused below it.
    var isFaulty: Bool { overload.map { !$0.isExact } ?? false }

    // MARK: - As a page

    var markdown: String {
        var lines = [
            "\(machine.text). Realtime on core \(machine.realtimeCore) alone, "
                + "everything else (callers, providers, Postgres, Redis) beside it.",
            "",
            "| calls | CPU per call | memory per call | a turn's added wait p50 / p95 / p99 | jitter p50 / p95 / p99 "
                + "| late pieces | barge-in stop p50 / p95 / p99 | of it in the process p50 / p99 | errors | |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += steps.map(row)
        lines += ["", "What callers waited, stage by stage (p50 / p95 / p99, ms):", ""]
        lines += ["| calls | turns | " + TurnStage.allCases.map(\.title).joined(separator: " | ") + " |"]
        lines += ["|" + String(repeating: "---|", count: TurnStage.allCases.count + 2)]
        lines += steps.map { step in
            "| \(step.calls) | \(step.turns) | "
                + TurnStage.allCases.map { step.stages[$0]?.text ?? "–" }.joined(separator: " | ") + " |"
        }
        lines += ["", capSentence]
        lines += bottlenecks.map {
            "\n**With \($0.calls) calls the generator was the bottleneck: \($0.what).** These figures are its own."
        }
        if let overload { lines += ["", sentence(overload)] }
        if let leak { lines += ["", sentence(leak)] }
        return lines.joined(separator: "\n")
    }

    private func row(_ step: LoadStep) -> String {
        let misses = options.objective.misses(step).map(\.text).joined(separator: ", ")
        let columns = [
            "\(step.calls)", "\(Figure.fixed(step.corePerCall, 3)) %", "\(Figure.fixed(step.kilobytesPerCall, 0)) KB",
            time(step.added), time(step.jitter), "\(step.late) of \(step.pieces)", time(step.stop),
            step.clear.map { "\($0.text) ms" } ?? "–", "\(step.errors)",
            misses.isEmpty ? "met" : "**missed**: \(misses)",
        ]
        return "| " + columns.joined(separator: " | ") + " |"
    }

    private func time(_ spread: Spread?) -> String { spread.map { "\($0.text) ms" } ?? "–" }

    private var capSentence: String {
        let cap = LoadPlan.cap(tried)
        let limits = LoadObjective.Name.allCases.compactMap { name in
            options.objective.limits[name].map { "\(name.rawValue) ≤ \(Figure.short($0)) \(name.unit)".trimmed }
        }
        let isOpen = LoadPlan.isOpen(tried) || bottlenecks.contains { $0.calls > cap }
        return "Cap for \(limits.joined(separator: ", ")): **\(isOpen ? "≥ " : "")\(cap) calls**."
    }

    private func sentence(_ overload: LoadOverload) -> String {
        """
        Admission: \(overload.offered) calls offered to a cap of \(overload.cap): \(overload.admitted) taken, \
        \(overload.refusedFull) refused as full (by its own count \(overload.countedAdmitted) and \
        \(overload.countedRefused)), \(overload.failed) failed otherwise. Meanwhile \(overload.late) of \
        \(overload.pieces) pieces were late for those who were there, jitter \(time(overload.jitter)). \
        \(overload.freed) hung up, and \(overload.refilled) were taken in their place. \
        \(overload.isExact ? "**Exact.**" : "**Not exact.**")
        """
    }

    private func sentence(_ leak: LoadLeak) -> String {
        let slope = leak.bytesPerCall.map { "\(Figure.fixed($0 / 1_024, 3)) KB for each" } ?? "unknown"
        return """
            Leak: memory grew by \(slope) over the second half of \(leak.points.last?.finished ?? 0) finished calls, \
            of which \(leak.failed) failed.
            """
    }

    // MARK: - As a document

    var document: JSONValue {
        .object([
            ("machine", machine.document), ("providers", .string(options.providers.rawValue)),
            (
                "objective",
                .object(
                    LoadObjective.Name.allCases.map { name in
                        (name.rawValue, options.objective.limits[name].map { .double($0) } ?? .null)
                    })
            ),
            ("steps", .array(steps.map(\.document))), ("cap", .integer(Int64(LoadPlan.cap(tried)))),
            ("cap_is_open", .bool(LoadPlan.isOpen(tried))), ("overload", overload?.document ?? .null),
            ("leak", leak?.document ?? .null),
        ])
    }
}

extension TurnStage {
    fileprivate var title: String {
        switch self {
        case .endpointing: "end of turn"
        case .firstToken: "first word"
        case .firstSentence: "first sentence"
        case .voiceFirstByte: "voice"
        case .firstAudioSent: "sent"
        case .perceived: "in all"
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
