import Domain

/// A script on its way, pure: asked every twenty milliseconds what the caller's telephone sends.
struct CallerPlay {
    enum Act: Equatable {
        case audio([UInt8])
        case key(Character)
        case beeped
        case hangUp
    }

    private static let frame = 160
    /// Between two keys, in frames.
    private static let keyPause = 5
    /// Less than this is no voice but a crackle.
    private static let voiceFrames = 5

    /// What a machine beeps: 1,000 Hz for 0.4 s.
    private static let tone: [Int16] = {
        let wave = Oscillator(frequency: 1_000, rate: 8_000)
        return (0..<3_200).map { Int16(8_000 * wave.sine($0)) }
    }()

    private var steps: [CallerScript.Step]
    private var speech: [UInt8] = []
    private var keys: [Character] = []
    private var pause = 0
    private var isFresh = true

    init(_ script: CallerScript) { steps = script.steps }

    var isOver: Bool { steps.isEmpty }

    /// What is sent in this frame: always audio, and perhaps something else.
    mutating func next(_ ear: inout CallerEar) -> [Act] {
        var acts: [Act] = []
        advance(&ear, &acts)
        let spoken = Array(speech.prefix(Self.frame))
        speech.removeFirst(spoken.count)
        let silence = [UInt8](repeating: G711.muLaw.silence, count: Self.frame - spoken.count)
        return [.audio(spoken + silence)] + acts
    }

    /// Goes through the script as far as this frame allows.
    private mutating func advance(_ ear: inout CallerEar, _ acts: inout [Act]) {
        while let step = steps.first {
            if isFresh { begin(step, &ear) }
            isFresh = false
            switch step {
            case .wait:
                guard pause == 0 else { return pause -= 1 }
            case .say, .play:
                guard speech.isEmpty else { return }
                // What of the agent was heard meanwhile was no answer.
                if case .play = step { ear.listenAnew() }
            case .beep:
                guard speech.isEmpty else { return }
                acts.append(.beeped)
            case .hearVoice(let quiet):
                guard ear.loudFrames >= Self.voiceFrames, ear.quietFor >= quiet, ear.isEmpty else { return }
            case .hearVoiceFor(let time):
                guard Int64(ear.loudFrames) * 20 >= time.count else { return }
            case .hear(let quiet):
                guard ear.wordsOfUtterance > 0, ear.quietFor >= quiet, ear.isEmpty else { return }
            case .hearWords(let count):
                guard ear.wordsOfUtterance >= count else { return }
            case .press:
                guard pause == 0 else { return pause -= 1 }
                if let key = keys.first {
                    keys.removeFirst()
                    pause = Self.keyPause
                    acts.append(.key(key))
                    return
                }
            case .hangUp: acts.append(.hangUp)
            }
            steps.removeFirst()
            isFresh = true
        }
    }

    private mutating func begin(_ step: CallerScript.Step, _ ear: inout CallerEar) {
        switch step {
        case .wait(let time): pause = Int(time.count) / 20
        case .say(let text):
            speech = SimulatedSound(.telephone).bytes(WordTones().speak(text).samples)
            // Whoever speaks expects an answer to this, and not to what was before.
            ear.listenAnew()
        case .play(let sound):
            speech = sound
            ear.listenAnew()
        case .beep:
            speech = SimulatedSound(.telephone).bytes(Self.tone)
            ear.listenAnew()
        case .press(let text):
            keys = Array(text)
            pause = 0
        case .hear, .hearVoice, .hearVoiceFor, .hearWords, .hangUp: break
        }
    }
}
