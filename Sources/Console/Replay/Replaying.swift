import Domain
import Journal
import Providers
import Service
import Store
import Wire

/// One trace run again, and what is to be said of it.
struct Replaying {
    private let path: String
    private let trace: TraceReading
    private let options: ReplayOptions
    private let settings: ReplaySettings
    private let printer: Printer
    private let view: StepView
    /// The call has this trace and no other, so that it explains all that the log has of it.
    private let isOnlyOne: Bool

    init(
        _ file: (path: String, trace: RecordFile), isOnlyOne: Bool, _ options: ReplayOptions, _ settings: ReplaySettings
    ) throws {
        (path, self.options, self.settings, self.isOnlyOne) = (file.path, options, settings, isOnlyOne)
        trace = try ReplayFiles.reading(file, settings.sealing)
        if let call = options.call, call != trace.call.uuid { throw Trouble("\(path) is the trace of \(trace.call)") }
        printer = Printer(isJSON: options.isJSON)
        view = StepView(words: StepWords(isRevealing: options.isRevealing), began: trace.opening.startedAt)
    }

    /// Throws where anything is different.
    func run() throws {
        printer.say(
            "call \(trace.call), traced from \(Timestamp(trace.opening.startedAt)): \(trace.steps.count) inputs")
        let log = options.asksLog || options.agentVersion != nil ? try readLog() : nil
        if options.isWhatIf { return try WhatIfView(trace, printer, began: view).show(try otherSettings(log)) }
        let differences = try replay(log.flatMap { $0.events.isEmpty ? nil : $0.events })
        if !differences.isEmpty { throw Trouble("the replay is different: \(differences[0])") }
        if case .damaged(let fault) = trace.end { throw Trouble("behind step \(trace.steps.count): \(fault)") }
    }

    private func readLog() throws -> ReplayLog? {
        do {
            return try ReplayLog.read(
                trace.call, trace.organization, agentVersion: options.agentVersion, settings)
        } catch {
            if options.agentVersion != nil { throw error }
            Console.complain("the log was not asked: \(error)")
            return nil
        }
    }

    private func otherSettings(_ log: ReplayLog?) throws -> ConversationSettings {
        var settings = trace.opening.settings
        if let agent = log?.agent {
            let script = (try? LocalScript.find(in: agent.instructions)) ?? nil
            settings = agent.settings(inPlaceOf: settings, voicemail: agent.voicemail ?? script?.voicemail)
        }
        if !options.times.isEmpty {
            let before = settings
            AgentConfiguration(.object(["turn_taking": .object(options.times)])).setTimes(of: &settings)
            if settings == before, log?.agent == nil {
                throw UsageError("--set names nothing of an agent's turn_taking that would be different")
            }
        }
        return settings
    }

    // MARK: - Step by step

    private func replay(_ events: [RecordedEvent]?) throws -> [String] {
        var differences: [String] = []
        var replay = TraceReplay(trace)
        var frames: [ReplayedStep] = []
        var comparison = try events.map { try LogComparison($0, startedAt: trace.opening.startedAt) }
        func tellFrames() {
            if let line = view.line(frames) { printer.say(line) }
            frames = []
        }
        while let step = replay.next() {
            try comparison?.add(step)
            if !step.isSame, differences.isEmpty {
                tellFrames()
                differences.append(tell(step))
            }
            guard isShown(step) else {
                if case .heard = step.traced.input, options.step == nil { frames.append(step) }
                continue
            }
            tellFrames()
            let effects = step.effects.filter { options.isShowingAll || !$0.isRoutine }
            let text = options.step == nil ? view.lines(step, effects: effects) : view.whole(step)
            printer.show(text.joined(separator: "\n"), view.document(step))
        }
        tellFrames()
        if differences.isEmpty, replay.hasSameEnd == false { differences.append("in its end, and no step says where") }
        if trace.end == .whole, isOnlyOne { comparison?.end() }
        let found = comparison?.differences.map(words) ?? []
        for difference in found { printer.say("the log: \(difference)") }
        conclude(differences, comparison)
        return differences + found
    }

    private func isShown(_ step: ReplayedStep) -> Bool {
        if let wanted = options.step { return step.number == wanted }
        if options.isShowingAll || !step.isSame { return true }
        if step.effects.contains(where: { !$0.isRoutine }) { return true }
        switch step.traced.input {
        case .heard, .due, .voiced, .marked, .timed: return false
        default: return true
        }
    }

    /// What the call did at a step, and what this code does.
    private func tell(_ step: ReplayedStep) -> String {
        let names = step.effects.map(\.name)
        let (was, now) = (step.traced.effects.joined(separator: ", "), names.joined(separator: ", "))
        let head = "step \(step.number) at \(view.time(step.traced.at)) s"
        printer.say("FIRST DIFFERENCE: \(head)")
        printer.say("  the call did  \(was.isEmpty ? "nothing" : was)")
        printer.say("  now it does   \(now.isEmpty ? "nothing" : now)")
        if was == now { printer.say("  by their names they are the same; what they carry is not") }
        for line in view.lines(step, effects: step.effects) { printer.say(line) }
        return "\(head) does \(now.isEmpty ? "nothing" : now) instead of \(was.isEmpty ? "nothing" : was)"
    }

    private func words(_ difference: LogComparison.Difference) -> String {
        switch difference {
        case .missing(let step, let event): "step \(step) decides \(event.type.rawValue), which the log lacks"
        case .other(let step, let event, let version, _):
            "step \(step) decides another \(event.type.rawValue) than the log has in version \(version)"
        case .unexplained(let version, let type): "version \(version), \(type.rawValue), is decided by no step"
        }
    }

    private func conclude(_ differences: [String], _ comparison: LogComparison?) {
        let end =
            switch trace.end {
            case .whole: "whole"
            case .cut: "cut"
            case .damaged: "damaged"
            }
        let found = comparison?.differences.count ?? 0
        if trace.end == .cut { printer.say("the trace ends before the call: it was cut, or the call goes on") }
        if let comparison {
            printer.say(
                "the log has \(comparison.matched) of these facts"
                    + (comparison.toldByOthers > 0 ? ", and \(comparison.toldByOthers) as the carrier told them" : ""))
        }
        if differences.isEmpty, found == 0 { printer.say("no difference in \(trace.steps.count) steps") }
        guard options.isJSON else { return }
        printer.show(
            "",
            .object([
                ("call_id", .of(trace.call)), ("trace", .string(path)), ("end", .string(end)),
                ("steps", .of(trace.steps.count)), ("same", .bool(differences.isEmpty && found == 0)),
                ("first_difference", .of(differences.first)),
                ("log_facts_matched", .of(comparison?.matched)),
                ("log_differences", .of(comparison.map { _ in found })),
            ]))
    }
}

extension Effect {
    /// What comes so often, and says so little, that it is shown on demand.
    fileprivate var isRoutine: Bool {
        switch self {
        case .wake, .send: true
        default: false
        }
    }
}
