/// Who a process is: for its help, its log, its traces and its clients' names.
package struct ProcessIdentity: Sendable {
    package static let version = "0.1.0"

    /// `ledgerline-api`
    package let name: String
    /// `api`: on each log line.
    package let role: String
    /// One or two sentences for `--help`.
    package let purpose: String

    package init(name: String, role: String, purpose: String) {
        self.name = name
        self.role = role
        self.purpose = purpose
    }
}
