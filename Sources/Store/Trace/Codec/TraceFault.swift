import Service

/// Why a trace can't be read, or not to its end.
package enum TraceFault: Error, Hashable, Harmless {
    /// It does not begin as a trace does.
    case noTrace
    /// Written by another release.
    case foreign(form: UInt8, known: UInt8)
    /// What was written breaks off in the middle of a value.
    case breaksOff
    /// Bytes that mean nothing.
    case meaningless(String)
    /// It was sealed, and there is no key.
    case sealed
    /// It was sealed with another key, altered, or belongs to another call.
    case doesNotOpen

    package var description: String {
        switch self {
        case .noTrace: "this is no trace: name a file that ledgerline-realtime has written below LEDGERLINE_TRACES"
        case .foreign(let form, let known):
            "the trace has form \(form), this release reads form \(known): run the release that wrote it"
        case .breaksOff: "the trace breaks off in the middle of a value: it was damaged"
        case .meaningless(let what):
            "the trace has \(what) that means nothing: it was damaged, or a later release wrote it"
        case .sealed: "the trace is sealed: give LEDGERLINE_SEALING_KEY the key that the processes have"
        case .doesNotOpen:
            "the trace does not open: LEDGERLINE_SEALING_KEY is another than the writer's, or the file was altered"
        }
    }
}
