/// Why no connection came about, as far as libpq's words tell, with what to do about it.
///
/// libpq has no codes for this; its words are English, because no process of ours sets a locale.
package enum ConnectFault: CaseIterable, Hashable, Sendable {
    case certificateOfOtherHost
    case certificateNotTrusted
    case authorityFileMissing
    case encryptionNotOffered
    case encryptionDemanded
    case passwordRefused
    case accessDenied
    case noSuchRole
    case noSuchDatabase
    case readOnly
    case tooManyConnections
    case startingOrStopping
    case unreachable
    case nobodyThere

    /// Nil for words that mean nothing to us.
    init?(_ words: String) {
        // The most telling comes first in the list: several hosts may each have had their own.
        guard let fault = Self.allCases.first(where: { $0.phrases.contains(where: words.contains) }) else { return nil }
        self = fault
    }

    private var phrases: [String] {
        switch self {
        case .certificateOfOtherHost: ["does not match host name"]
        case .certificateNotTrusted: ["certificate verify failed"]
        case .authorityFileMissing: ["root certificate file"]
        case .encryptionNotOffered: ["server does not support SSL"]
        case .encryptionDemanded: ["no encryption", "SSL required"]
        case .passwordRefused: ["password authentication failed", "no password supplied"]
        case .accessDenied: ["no pg_hba.conf entry"]
        case .noSuchRole: ["role \""]
        case .noSuchDatabase: ["database \"", "no such database"]
        case .readOnly: ["session is read-only", "hot standby mode"]
        case .tooManyConnections: ["too many clients", "remaining connection slots", "no more connections allowed"]
        case .startingOrStopping: ["is starting up", "is shutting down", "in recovery mode", "not yet accepting"]
        case .unreachable: ["timed out", "No route to host", "Network is unreachable"]
        case .nobodyThere: ["Connection refused", "No such file or directory"]
        }
    }
}

extension ConnectFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificateOfOtherHost:
            "the server's certificate is for another host: use a name that it is for, or mend the certificate"
        case .certificateNotTrusted:
            "the server's certificate is expired or of an authority we don't know: set sslrootcert to its authority"
        case .authorityFileMissing: "the file of certificate authorities can't be read: look at sslrootcert"
        case .encryptionNotOffered: "the server offers no TLS: give it a certificate, or choose another sslmode"
        case .encryptionDemanded: "the server demands TLS: set sslmode to verify-full"
        case .passwordRefused: "the password is wrong or missing: look at the user and password of the address"
        case .accessDenied: "the server lets nobody in from here: look at its pg_hba.conf"
        case .noSuchRole: "the server does not know our role: create it, or name another in the address"
        case .noSuchDatabase: "the database does not exist: create it, or name another in the address"
        case .readOnly: "no host takes writes: promote one, or look at target_session_attrs"
        case .tooManyConnections: "the server has no connection left: raise its limit, or open fewer"
        case .startingOrStopping: "the server is starting or stopping: wait"
        case .unreachable: "the host can't be reached: look at the address and the network"
        case .nobodyThere: "nobody listens there: start the server, or look at the address"
        }
    }
}
