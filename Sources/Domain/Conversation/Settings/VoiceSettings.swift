/// How we speak.
package struct VoiceSettings: Hashable, Sendable {
    /// In percent.
    package var rate = 100
    /// With so many sentences waiting we speak faster, until fewer do.
    package var hurryFrom = 3
    package var hurriedRate = 130

    package init() {}
}
