import Domain
import Loop
import Synchronization

/// One thread's decoders. Everything but the lane is touched on that thread alone, which is why `@unchecked` holds.
final class SphinxBench: @unchecked Sendable {
    let lane: Lane
    private let dictionary: SharedLexicon
    private let settings: SphinxSettings
    /// The one used last is the last.
    private var decoders: [(speech: ExpectedSpeech, decoder: SphinxDecoder)] = []
    private let open = Atomic<Int>(0)

    init(_ lane: Lane, _ dictionary: SharedLexicon, _ settings: SphinxSettings) {
        (self.lane, self.dictionary, self.settings) = (lane, dictionary, settings)
    }

    /// Decoders, for anybody to see.
    var count: Int { open.load(ordering: .relaxed) }

    func prepare(_ speech: ExpectedSpeech) -> StreamFault? {
        do throws(StreamFault) {
            _ = try decoder(for: speech)
            return nil
        } catch {
            return error
        }
    }

    func understand(_ take: SphinxTake, _ speech: ExpectedSpeech) -> Result<RecognizedText, StreamFault> {
        do throws(StreamFault) {
            return .success(try decoder(for: speech).understand(take))
        } catch {
            return .failure(error)
        }
    }

    private func decoder(for speech: ExpectedSpeech) throws(StreamFault) -> SphinxDecoder {
        if let place = decoders.firstIndex(where: { $0.speech == speech }) {
            let kept = decoders.remove(at: place)
            decoders.append(kept)
            return kept.decoder
        }
        guard let lexicon = try? dictionary.get() else { throw StreamFault(.unreachable) }
        let decoder = try SphinxDecoder(Vocabulary(speech, lexicon), settings)
        if decoders.count >= settings.decodersMax { decoders.removeFirst() }
        decoders.append((speech, decoder))
        open.store(decoders.count, ordering: .relaxed)
        return decoder
    }
}
