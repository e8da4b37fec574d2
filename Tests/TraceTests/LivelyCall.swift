import ConversationLaws
import Crypto
import Domain

@testable import Store

/// Two who take turns without a pause, as live providers tell it: fifty frames a second, a partial transcript each quarter of a second with
/// times and confidence of every word, tokens one by one, sound in pieces of forty milliseconds, marks.
enum LivelyCall {
    static func traced(seconds: Int) -> (bytes: Int, steps: Int, records: [[UInt8]]) {
        let start = Instant(microseconds: 1_800_000_000_000_321)
        let opening = TraceOpening(RandomCall.settings(of: 1), seed: 77, at: start)
        var call = opening.conversation()
        var bytes = 0
        var records = [TraceHead(call: opening.call.uuid, organization: UUID(value: 1), wrappedKey: nil).bytes]
        // With what the file and its seals add to each record.
        let tracer = CallTracer(opening) {
            bytes += $0.count + 48
            records.append($0)
            return true
        }
        var effects: [Effect] = []
        var steps = 0
        var waiting: [(at: Int64, input: Input)] = []
        var recognizer = RecognizerNumber(0)
        var carrierEnd: Int64 = 0
        func hand(_ input: Input, at time: Int64) {
            effects.removeAll()
            call.handle(input, at: start.after(Milliseconds(time)), into: &effects)
            tracer.took(input, at: start.after(Milliseconds(time)), effects)
            steps += 1
            for effect in effects { answer(effect, time) }
        }
        func answer(_ effect: Effect, _ time: Int64) {
            switch effect {
            case .startRecognizer(let number, _, _): recognizer = number
            case .think(let request):
                for (place, word) in sentence.prefix(16).enumerated() {
                    waiting.append((time + 200 + Int64(place) * 12, .token(request.reply, word + " ")))
                }
                waiting.append((time + 600, .replied(request.reply, ReplyOutcome(finish: .stop, tokensIn: 700))))
            case .speak(let request):
                let words = request.text.revealed.split(separator: " ").enumerated().map {
                    WordTime(text: Private(String($1)), endsAt: Milliseconds(Int64($0) * 300 + 280))
                }
                waiting.append((time + 90, .timed(request.utterance, sentence: request.sentence, words)))
                for piece in 0..<(words.count * 300 / 40) {
                    waiting.append(
                        (time + 100 + Int64(piece) * 10, .voiced(request.utterance, sentence: request.sentence, 40)))
                }
                waiting.append((time + 900, .voiceEnded(request.utterance, sentence: request.sentence)))
            case .send(_, _, let length, let mark):
                carrierEnd = max(carrierEnd, time) + length.count
                waiting.append((carrierEnd + 30, .marked(mark)))
            case .clear: carrierEnd = time
            default: break
            }
        }
        hand(.mediaStarted(media: "m", codec: .pcmu, sampleRate: 8_000), at: 0)
        for frame in 0..<Int64(seconds) * 50 {
            let time = frame * 20
            waiting.sort { $0.at < $1.at }
            while let next = waiting.first, next.at <= time {
                waiting.removeFirst()
                hand(next.input, at: time)
            }
            // Six seconds of speech, six of silence.
            let place = time % 12_000
            let isSpeech = place < 6_000
            let probability = Fraction(Double(isSpeech ? 800 + frame % 190 : frame % 90) / 1_000)
            hand(
                .heard(
                    CallerFrame(
                        mediaAt: Milliseconds(time), probability: probability ?? Fraction(percent: 0),
                        energy: Fraction(Double(frame % 300) / 3_000)
                    ).coarse), at: time)
            guard isSpeech, place > 0, place % 240 == 0 else { continue }
            let count = min(sentence.count, Int(place / 300) + 1)
            let words = sentence.prefix(count).enumerated().map { index, word in
                Word(
                    text: Private(word), startedAt: Milliseconds(time - place + Int64(index) * 300 + frame % 17),
                    endedAt: Milliseconds(time - place + Int64(index) * 300 + 250 + frame % 13),
                    confidence: Fraction(Double(99_853_516 - frame % 9_999) / 100_000_000))
            }
            let transcript = Transcript(
                recognizer: recognizer, text: Private(sentence.prefix(count).joined(separator: " ")),
                confidence: Fraction(0.987_654_3), startedAt: Milliseconds(time - place),
                endedAt: Milliseconds(time), words: words, language: "en")
            hand(place % 5_760 == 0 ? .final(transcript) : .partial(transcript), at: time)
        }
        tracer.over()
        return (bytes, steps, records)
    }

    private static let sentence =
        """
        well I was wondering whether the parcel that you sent me last Tuesday has arrived at the post office in town
        """.split(separator: " ").map(String.init)
}
