import HTTP
import Loop
import Service
import Synchronization

/// Counts requests by method, route and status, and measures them by route.
///
/// The instruments of a combination are looked up once and kept here; a route is a pattern of our own, so their number
/// is bounded, and the metrics' own limit stands behind that.
final class RequestSeries: Sendable {
    static let unmatched = "unmatched"

    private struct Key: Hashable {
        let method: Method
        let status: Int
        let route: String
    }

    private struct Instruments {
        let count: Counter
        let time: Histogram
    }

    private let counts: MetricFamily<Counter>
    private let times: MetricFamily<Histogram>
    private let known = Mutex<[Key: Instruments]>([:])

    init(_ metrics: Metrics) {
        counts = metrics.counters(
            "http_requests_total", "Requests answered.", labels: ["method", "route", "status"], limit: 2_000)
        times = metrics.histograms(
            "http_request_seconds", "Time from a request's arrival to its answer.", labels: ["route"])
    }

    func count(_ method: Method, _ route: String, _ status: Int, _ took: Duration) {
        let key = Key(method: method, status: status, route: route)
        let instruments = known.withLock { $0[key] } ?? add(key)
        instruments.count.add()
        instruments.time.record(took)
    }

    private func add(_ key: Key) -> Instruments {
        let fresh = Instruments(
            count: counts.with(key.method.rawValue, key.route, "\(key.status)"), time: times.with(key.route))
        known.withLock { $0[key] = fresh }
        return fresh
    }
}
