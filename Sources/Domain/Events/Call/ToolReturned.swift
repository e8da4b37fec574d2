/// `tool.returned`: the tool gave a result.
package struct ToolReturned: Hashable, Sendable {
    package var toolCall: ToolCallID
    package var name: String
    package var result: Private<Freeform>
    package var took: Milliseconds?

    package init(toolCall: ToolCallID, name: String, result: Private<Freeform>, took: Milliseconds? = nil) {
        self.toolCall = toolCall
        self.name = name
        self.result = result
        self.took = took
    }
}
