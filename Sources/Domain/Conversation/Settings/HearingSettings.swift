/// When sound is speech.
package struct HearingSettings: Hashable, Sendable {
    package var speechThreshold = Fraction(percent: 50)
    package var silenceThreshold = Fraction(percent: 35)
    package var startConfirmation: Milliseconds = 200
    package var stopConfirmation: Milliseconds = 100
    /// Speech that lasts for this long and gives no word is the recognizer's fault.
    package var unheardSpeech: Milliseconds = 800
    /// How long after speech has stopped its words may come.
    package var transcriptWait: Milliseconds = 2_000

    package init() {}
}
