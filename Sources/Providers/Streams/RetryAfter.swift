import Foundation
import HTTP

/// How long a provider wants to be left alone: `Retry-After` in seconds or as a date, and the finer header some send beside it.
enum RetryAfter {
    /// Nobody is believed who asks for more.
    static let max = Duration.seconds(3_600)

    static func read(_ headers: Headers, now: Date = Date()) -> Duration? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text) {
            return checked(milliseconds / 1_000)
        }
        guard let text = headers[.retryAfter] else { return nil }
        if let seconds = Double(text) { return checked(seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text).flatMap { checked($0.timeIntervalSince(now)) }
    }

    private static func checked(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, seconds >= 0 else { return nil }
        return seconds < max.inSeconds ? .milliseconds(Int64((seconds * 1_000).rounded())) : max
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) }
}
