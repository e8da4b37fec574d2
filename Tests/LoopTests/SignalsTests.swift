import Glibc
import Loop
import TestKit
import Testing

/// The signals are sent to one thread that has them blocked, because the other threads of the tests have not.
@Suite(.timeLimit(.minutes(1))) struct SignalsTests {
    @Test func `blocked signals are delivered on the loop, also those that came before anybody read`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            Signals.block()
            let thread = pthread_self()
            pthread_kill(thread, SIGTERM)
            pthread_kill(thread, SIGTERM)
            var delivered: [Signals.Kind] = []
            let signals = try Signals(on: loop) { kind in
                loop.checkIsolated()
                delivered.append(kind)
            }
            // Two of a kind that wait count once.
            try await loop.until("the first") { delivered == [.terminate] }
            pthread_kill(thread, SIGHUP)
            try await loop.until("the second") { delivered == [.terminate, .hangUp] }
            pthread_kill(thread, SIGINT)
            try await loop.until("the third") { delivered == [.terminate, .hangUp, .interrupt] }
            signals.close()
            signals.close()
        }
    }

    @Test func `a closed object delivers nothing, and the next one gets what has waited`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            Signals.block([.hangUp])
            var delivered = 0
            let first = try Signals([.hangUp], on: loop) { _ in delivered += 100 }
            first.close()
            pthread_kill(pthread_self(), SIGHUP)
            let second = try Signals([.hangUp], on: loop) { _ in delivered += 1 }
            try await loop.until("the delivery") { delivered > 0 }
            #expect(delivered == 1)
            second.close()
        }
    }

    @Test func `an object may close itself while it delivers`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            Signals.block()
            var signals: Signals?
            var delivered = 0
            signals = try Signals(on: loop) { _ in
                delivered += 1
                signals?.close()
            }
            pthread_kill(pthread_self(), SIGINT)
            pthread_kill(pthread_self(), SIGHUP)
            try await loop.until("one delivery") { delivered == 1 }
            #expect(signals != nil)
            // The other still waits for this thread; taken here, so that it dies with nobody.
            let rest = try Signals(on: loop) { _ in delivered += 1 }
            try await loop.until("the other") { delivered == 2 }
            rest.close()
        }
    }
}
