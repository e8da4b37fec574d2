import Domain

@testable import Providers

enum ChatLaws {
    static func check(_ bytes: [UInt8]) {
        let whole = read([bytes])
        let pieces = read(Pieces(bytes).map { Array($0) })
        precondition(whole == pieces, "the same answer was understood in two ways")
        precondition(whole.count(where: isLast) == 1, "an answer has one end")
        guard let last = whole.last else { preconditionFailure("an answer has no end") }
        precondition(isLast(last), "something was told after the end")
        let toolNames = whole.compactMap { if case .tool(let tool) = $0 { tool.name } else { nil } }
        precondition(toolNames.allSatisfy { !$0.isEmpty }, "a tool has no name")
        precondition(toolNames.count <= ChatReading.toolsMax, "too many tools")
    }

    private static func read(_ pieces: [[UInt8]]) -> [ThinkerEvent] {
        var machine = ChatReading()
        var events: [ThinkerEvent] = []
        for piece in pieces { events += machine.received(piece.span) }
        return events + machine.ended()
    }

    private static func isLast(_ event: ThinkerEvent) -> Bool {
        switch event {
        case .finished, .failed: true
        case .text, .tool, .usage, .switched: false
        }
    }
}
