/// Decides what becomes of a batch after each try: facts in, decision out.
///
/// 429, 502, 503, 504 and no answer are tried again, after the time the collector asks for or an exponential pause with
/// jitter; other refusals would only be repeated, so the batch is dropped, as it is after `triesMax`.
struct ExportPace {
    enum Decision: Equatable {
        case delivered
        case again(after: Duration)
        case dropped(DropReason)
    }

    enum DropReason: String, CaseIterable {
        case refused
        case unreachable
    }

    static let triesMax = 5
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(30)

    private var tries = 0

    /// `jitter` is from 0 to 1 and shortens the pause by up to a half, so that many processes don't come back together.
    mutating func answered(_ reply: ExportReply, jitter: Double) -> Decision {
        var wish: Duration?
        var reason = DropReason.unreachable
        if case .answered(let status, let retryAfter) = reply {
            switch status {
            case 200..<300: return .delivered
            case 429, 502, 503, 504: (wish, reason) = (retryAfter, .refused)
            default: return .dropped(.refused)
            }
        }
        tries += 1
        guard tries < Self.triesMax else { return .dropped(reason) }
        let exponential = min(Self.firstPause * (1 << (tries - 1)), Self.longestPause)
        let pause = wish.map { min(max($0, .zero), Self.longestPause) } ?? exponential * (1 - jitter / 2)
        return .again(after: pause)
    }
}
