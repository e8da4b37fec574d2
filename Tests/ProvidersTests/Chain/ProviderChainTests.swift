import Domain
import Loop
import Testing

@testable import Providers

/// Who is asked, and who rests, over a clock that the test moves.
struct ProviderChainTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)
    private let down = StreamFault(.overloaded, status: 500)

    private func after(_ seconds: Int) -> Moment { start + .seconds(seconds) }

    @Test func `the first that works is asked, and the next ones in their order`() {
        var chain = ProviderChain(["a", "b", "c"])
        #expect(chain.choose(except: [], at: start) == 0)
        #expect(chain.choose(except: [0], at: start) == 1)
        #expect(chain.choose(except: [0, 1], at: start) == 2)
        #expect(chain.choose(except: [0, 1, 2], at: start) == nil)
    }

    @Test func `three failures within a minute let it rest for one`() {
        var chain = ProviderChain(["a", "b"])
        for second in 0..<2 { chain.failed(0, down, at: after(second)) }
        #expect(chain.choose(except: [], at: after(2)) == 0)
        chain.failed(0, down, at: after(2))
        #expect(chain.choose(except: [], at: after(3)) == 1)
        #expect(chain.choose(except: [], at: after(61)) == 1)
        #expect(chain.choose(except: [], at: after(62)) == 0)
    }

    @Test func `failures further apart, or with a success between, do not add up`() {
        var chain = ProviderChain(["a"])
        for second in [0, 61, 122, 183] { chain.failed(0, down, at: after(second)) }
        #expect(chain.allows(0, at: after(184)))
        chain.failed(0, down, at: after(185))
        #expect(chain.succeeded(0, at: after(186)) == nil)
        chain.failed(0, down, at: after(187))
        chain.failed(0, down, at: after(188))
        #expect(chain.allows(0, at: after(189)))
    }

    @Test func `after its rest one stream tries it, and all others go on with the next`() {
        var chain = ProviderChain(["a", "b"])
        for _ in 0..<3 { chain.failed(0, down, at: start) }
        #expect(chain.choose(except: [], at: after(60)) == 0)
        #expect(chain.choose(except: [], at: after(60)) == 1)
        #expect(chain.succeeded(0, at: after(62)) == .seconds(62))
        #expect(chain.choose(except: [], at: after(62)) == 0)
    }

    @Test func `a trial that fails makes it rest again, one that is let go does not`() {
        var chain = ProviderChain(["a"])
        for _ in 0..<3 { chain.failed(0, down, at: start) }
        #expect(chain.choose(except: [], at: after(60)) == 0)
        chain.abandoned(0, at: after(61))
        #expect(chain.choose(except: [], at: after(61)) == 0)
        chain.failed(0, down, at: after(62))
        #expect(chain.choose(except: [], at: after(121)) == nil)
        #expect(chain.choose(except: [], at: after(122)) == 0)
        // Of this one nothing is heard at all.
        #expect(chain.choose(except: [], at: after(181)) == nil)
        #expect(chain.choose(except: [], at: after(182)) == 0)
    }

    @Test func `a lasting fault is enough, and rest lasts as long as was asked for`() {
        var chain = ProviderChain(["a", "b"])
        chain.failed(0, StreamFault(.unauthorized, status: 401), at: start)
        chain.failed(1, StreamFault(.rateLimited(retryAfter: .seconds(5)), status: 429), at: start)
        #expect(chain.choose(except: [], at: after(4)) == nil)
        #expect(chain.choose(except: [], at: after(5)) == 1)
        #expect(chain.choose(except: [1], at: after(59)) == nil)
        #expect(chain.choose(except: [1], at: after(60)) == 0)
    }

    @Test func `what is wrong with the question is not held against who was asked`() {
        var chain = ProviderChain(["a"])
        for _ in 0..<10 { chain.failed(0, StreamFault(.tooLong, status: 400), at: start) }
        #expect(chain.allows(0, at: start))
    }

    @Test func `every fault has a word for the log, and says whether to go elsewhere`() {
        let causes: [(StreamFault.Cause, ProviderFault, Bool)] = [
            (.unreachable, .unreachable, true), (.unauthorized, .unauthorized, true), (.unpaid, .unauthorized, true),
            (.rateLimited(retryAfter: nil), .rateLimited, true), (.overloaded, .overloaded, true),
            (.stalled(.opening), .timedOut, true), (.disconnected, .closedEarly, true), (.malformed, .badAnswer, true),
            (.refused, .refused, true), (.filtered, .refused, false), (.tooLong, .refused, false),
            (.flooded, .overloaded, true), (.circuitOpen, .circuitOpen, false),
        ]
        for (cause, word, failsOver) in causes {
            #expect(StreamFault(cause).fault == word)
            #expect(StreamFault(cause).failsOver == failsOver)
        }
    }
}
