/// `call.settled`: what the call cost, in millionths of the currency.
package struct CallSettled: Hashable, Sendable {
    package var transcription: Int64?
    package var model: Int64?
    package var voice: Int64?
    package var telephony: Int64?
    package var analysis: Int64?
    package var currency: String

    package init(
        transcription: Int64? = nil, model: Int64? = nil, voice: Int64? = nil, telephony: Int64? = nil,
        analysis: Int64? = nil, currency: String
    ) {
        self.transcription = transcription
        self.model = model
        self.voice = voice
        self.telephony = telephony
        self.analysis = analysis
        self.currency = currency
    }
}
