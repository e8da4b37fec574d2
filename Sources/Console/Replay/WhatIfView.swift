import Domain
import Store
import Wire

/// A call as it was beside the same with other settings.
struct WhatIfView {
    private let trace: TraceReading
    private let printer: Printer
    private let view: StepView

    init(_ trace: TraceReading, _ printer: Printer, began view: StepView) {
        (self.trace, self.printer, self.view) = (trace, printer, view)
    }

    /// One decision of either, or of both.
    private struct Row {
        let type: String
        let was: Milliseconds?
        let becomes: Milliseconds?
    }

    func show(_ settings: ConversationSettings) throws {
        let was = WhatIf(trace, trace.opening.settings)
        let becomes = WhatIf(trace, settings)
        let rows = Self.aligned(was.decisions, becomes.decisions)
        let first = rows.firstIndex { $0.was != $0.becomes }
        printer.say("       was   becomes  decision")
        for row in rows.dropFirst(first ?? rows.count) {
            printer.show(
                [row.was, row.becomes].map { Self.padded($0.map(time) ?? "–") }.joined() + "  " + row.type,
                .object([
                    ("decision", .string(row.type)), ("was_ms", .of(row.was?.count)),
                    ("becomes_ms", .of(row.becomes?.count)),
                ]))
        }
        if let unknown = becomes.isUnknownFrom {
            printer.say("from \(time(unknown)) s on nobody knows what the model would have said")
        }
        printer.say(first.map { "first different decision: \(rows[$0].type)" } ?? "no decision would be different")
    }

    private func time(_ place: Milliseconds) -> String { view.time(view.began.after(place)) }

    private static func padded(_ text: String) -> String {
        String(repeating: " ", count: max(0, 10 - text.count)) + text
    }

    /// Decisions of the same kind beside each other, as far as the order of both allows.
    private static func aligned(_ was: [WhatIf.Decision], _ becomes: [WhatIf.Decision]) -> [Row] {
        let (old, new) = (was.map(\.fact.type), becomes.map(\.fact.type))
        var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old) {
            switch change {
            case .remove(let place, _, _): removed.insert(place)
            case .insert(let place, _, _): inserted.insert(place)
            }
        }
        var rows: [Row] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                rows.append(Row(type: old[left].rawValue, was: was[left].at, becomes: nil))
                left += 1
            } else if right < new.count, inserted.contains(right) {
                rows.append(Row(type: new[right].rawValue, was: nil, becomes: becomes[right].at))
                right += 1
            } else {
                guard left < old.count, right < new.count else { break }
                rows.append(Row(type: old[left].rawValue, was: was[left].at, becomes: becomes[right].at))
                (left, right) = (left + 1, right + 1)
            }
        }
        return rows
    }
}
