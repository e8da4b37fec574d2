import Foundation
import HTTP
import Testing

@testable import Providers

/// How long providers want to be left alone, in all the ways they say so.
struct RetryAfterTests {
    private let now = Date(timeIntervalSince1970: 784_111_777)

    private func read(_ headers: KeyValuePairs<HeaderName, String>) -> Duration? {
        RetryAfter.read(Headers(headers), now: now)
    }

    @Test func `seconds, a date and finer milliseconds are understood`() {
        #expect(read([.retryAfter: "7"]) == .seconds(7))
        #expect(read([.retryAfter: "0.5"]) == .milliseconds(500))
        #expect(read([.retryAfter: "Sun, 06 Nov 1994 08:50:37 GMT"]) == .seconds(60))
        #expect(read([.retryAfter: "7", "retry-after-ms": "250"]) == .milliseconds(250))
    }

    @Test func `what says nothing, or is over, is nothing, and nobody may ask for more than an hour`() {
        for text in ["", "soon", "-1", "nan", "inf", "Sun, 06 Nov 1994 08:40:37 GMT"] {
            #expect(read([.retryAfter: text]) == nil, "\(text)")
        }
        #expect(read([:]) == nil)
        #expect(read([.retryAfter: "1e9"]) == RetryAfter.max)
    }
}
