import Domain
package import Loop
import Synchronization

/// All decoders of a process, on threads of their own: decoding blocks for tenths of seconds, which no loop may. Shared by all
/// loops.
package final class SphinxPool: Sendable {
    let settings: SphinxSettings
    private let benches: [SphinxBench]
    private let next = Atomic<Int>(0)

    package init(_ settings: SphinxSettings = SphinxSettings()) throws(SystemError) {
        self.settings = settings
        let dictionary = SharedLexicon(settings.dictionary)
        var benches: [SphinxBench] = []
        for number in 0..<max(1, settings.lanes) {
            benches.append(
                SphinxBench(try Lane(name: "hear-\(number)", limit: settings.waitingMax), dictionary, settings))
        }
        self.benches = benches
    }

    /// Utterances that wait for a thread.
    var waiting: Int { benches.reduce(0) { $0 + $1.lane.waiting } }

    /// That are open.
    var decoders: Int { benches.reduce(0) { $0 + $1.count } }

    /// Where a stream's decoder is, unless there is a crowd.
    func home() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue % benches.count }

    /// Opens a decoder for words that will be said; what is wrong with them is told.
    func prepare(_ speech: ExpectedSpeech, home: Int, _ told: @escaping @Sendable (StreamFault?) -> Void)
        throws(LaneFull)
    {
        let bench = benches[home]
        try bench.lane.give { told(bench.prepare(speech)) }
    }

    func understand(
        _ take: SphinxTake, _ speech: ExpectedSpeech, home: Int,
        _ told: @escaping @Sendable (Result<RecognizedText, StreamFault>) -> Void
    ) throws(LaneFull) {
        let bench = freest(home)
        try bench.lane.give { told(bench.understand(take, speech)) }
    }

    /// At home nothing has to be opened; but where others wait, opening is the shorter way.
    private func freest(_ home: Int) -> SphinxBench {
        let least = benches.min { $0.lane.waiting < $1.lane.waiting } ?? benches[home]
        return benches[home].lane.waiting <= least.lane.waiting + 1 ? benches[home] : least
    }
}

/// A dictionary that is read once, by whoever needs it first.
final class SharedLexicon: Sendable {
    private let path: String
    private let lexicon = Mutex<Lexicon?>(nil)

    init(_ path: String) { self.path = path }

    func get() throws -> Lexicon {
        try lexicon.withLock { lexicon in
            if let lexicon { return lexicon }
            let read = try Lexicon(path: path)
            lexicon = read
            return read
        }
    }
}
