import Crypto
import Domain
import Process
import Service
import Store

/// Tells how the providers of one loop are doing. On the loop alone, which is why `@unchecked` holds.
final class ProviderWatch: @unchecked Sendable {
    private let place = UUID.v4().description
    private let bench: Workbench
    private let providers: CallProviders
    private let log: Log

    init(_ providers: CallProviders, at bench: Workbench, _ log: Log) {
        (self.providers, self.bench, self.log) = (providers, bench, log)
    }

    func run(_ shift: Shift) async {
        shift.ready()
        let board = ProviderBoard(bench.redis)
        await shift.withBell(on: bench.loop) { bell in
            repeat {
                // What cannot be told now is told the next time.
                do { try await board.tell(entries, of: place) } catch { log.debug("providers_untold") }
            } while await bell.pause(for: ProviderBoard.rhythm)
        }
    }

    private var entries: [ProviderBoard.Entry] {
        let all: [(ProviderKind, [(name: String, isResting: Bool)])] = [
            (.transcription, providers.recognizers.standing()), (.model, providers.thinkers.standing()),
            (.voice, providers.synthesizers.standing()),
        ]
        return all.flatMap { kind, rows in
            rows.map { .init(kind: kind, name: $0.name, state: $0.isResting ? .resting : .working) }
        }
    }
}
