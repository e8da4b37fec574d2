import Service

/// What is said in a call is to be sealed, and its key was wrapped by another house's.
struct CallIsClosed: Error, CustomStringConvertible {
    var description: String {
        "the call's key does not open: give this process the LEDGERLINE_SEALING_KEY that the workers and the API have"
    }
}
