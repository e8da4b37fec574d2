/// What identifiers belong to. Nobody makes one: they only tell identifiers apart.
package enum Subject {
    package enum Organization {}
    package enum Call {}
    package enum Agent {}
    package enum Customer {}
    package enum Campaign {}
    package enum User {}
    package enum APIKey {}
    /// All refresh tokens that descend from one sign-in.
    package enum TokenFamily {}
    package enum Memory {}
    package enum Pattern {}
    package enum Event {}
    /// Everything that one cause set off, over streams: a campaign's call, its transfer, its callback.
    package enum Correlation {}
    package enum Turn {}
    package enum Reply {}
    package enum Utterance {}
    package enum ToolCall {}
    package enum Transfer {}
    package enum Recording {}
    package enum WebhookEndpoint {}
    package enum WebhookDelivery {}
    package enum AnalysisRun {}
}
