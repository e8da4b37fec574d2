import Loop

/// A promise, reviewed at each conformance: the description holds nothing secret and nothing personal, so that it may
/// stand in logs, spans and health reports.
///
/// Error types conform whose words are our own. `String` never does.
package protocol Harmless: CustomStringConvertible, Sendable {}

extension SystemError: Harmless {}
extension SettingsError: Harmless {}
extension Endpoint: Harmless {}
extension UnknownSetting: Harmless {}
