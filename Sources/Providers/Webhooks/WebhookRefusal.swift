/// Why a webhook is not believed. Whoever sent it hears none of this; the raw value is a metric's label.
package enum WebhookRefusal: String, Error, Hashable, Sendable, CaseIterable {
    /// We have no key to check it with, and so believe nobody.
    case notConfigured = "not_configured"
    /// A header that it needs is missing, or stands there twice.
    case headerMissing = "header_missing"
    /// The signature or its time is not written as it should be.
    case malformed
    case tooOld = "too_old"
    case tooNew = "too_new"
    /// It was not made by who has the key, or not over these bytes.
    case wrong
}
