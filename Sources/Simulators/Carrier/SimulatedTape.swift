/// What both ends of a call gave to the line, µ-law at 8 kHz, from the moment at which its stream began.
package struct SimulatedTape: Sendable {
    package internal(set) var caller: [UInt8] = []
    /// What was really played at the caller's end: nothing of what was cleared before.
    package internal(set) var agent: [UInt8] = []
}
