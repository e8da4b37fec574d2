/// Why there is no recording.
package enum RecordingFault: String, Hashable, Sendable, CaseIterable {
    case carrierFailed = "carrier_failed"
    case storageFailed = "storage_failed"
    case tooLong = "too_long"
    case notAllowed = "not_allowed"
}
