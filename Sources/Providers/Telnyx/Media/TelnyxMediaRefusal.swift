/// Why Telnyx refused a frame of ours.
package struct TelnyxMediaRefusal: Equatable {
    package static let malformedFrame: Int64 = 100_003
    package static let invalidMedia: Int64 = 100_004
    package static let rateLimitReached: Int64 = 100_005

    package let code: Int64
    package let title: String
    package let detail: String
}
