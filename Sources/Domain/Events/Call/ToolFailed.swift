/// `tool.failed`: the tool gave none.
package struct ToolFailed: Hashable, Sendable {
    package var toolCall: ToolCallID
    package var name: String
    package var fault: ToolFault
    /// Of HTTP.
    package var status: Int?
    package var took: Milliseconds?

    package init(
        toolCall: ToolCallID, name: String, fault: ToolFault, status: Int? = nil, took: Milliseconds? = nil
    ) {
        self.toolCall = toolCall
        self.name = name
        self.fault = fault
        self.status = status
        self.took = took
    }
}
