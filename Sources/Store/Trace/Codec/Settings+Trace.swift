import Domain

// What a call was told before it began. A test counts the fields, so that none is forgotten when one is added.

extension ModelName: Traced {
    func write(to trace: inout TraceWriter) {
        provider.write(to: &trace)
        model.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(provider: try String(from: &trace), model: try String(from: &trace))
    }
}

extension VoiceName: Traced {
    func write(to trace: inout TraceWriter) {
        provider.write(to: &trace)
        voice.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(provider: try String(from: &trace), voice: try String(from: &trace))
    }
}

extension ToolDefinition: Traced {
    func write(to trace: inout TraceWriter) {
        name.write(to: &trace)
        (mode == .background).write(to: &trace)
        timeout.write(to: &trace)
        filler.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            name: try String(from: &trace), mode: try Bool(from: &trace) ? .background : .awaited,
            timeout: try Milliseconds(from: &trace), filler: try String?(from: &trace))
    }
}

extension Lines: Traced {
    func write(to trace: inout TraceWriter) {
        greeting.write(to: &trace)
        apology.write(to: &trace)
        farewellApology.write(to: &trace)
        fillers.write(to: &trace)
        presencePrompts.write(to: &trace)
        presenceFarewell.write(to: &trace)
        durationFarewell.write(to: &trace)
        transferFailed.write(to: &trace)
        notUnderstood.write(to: &trace)
        voicemail.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        greeting = try String?(from: &trace)
        apology = try String(from: &trace)
        farewellApology = try String(from: &trace)
        fillers = try [String](from: &trace)
        presencePrompts = try [String](from: &trace)
        presenceFarewell = try String(from: &trace)
        durationFarewell = try String(from: &trace)
        transferFailed = try String(from: &trace)
        notUnderstood = try String(from: &trace)
        voicemail = try String?(from: &trace)
    }
}

extension HearingSettings: Traced {
    func write(to trace: inout TraceWriter) {
        speechThreshold.write(to: &trace)
        silenceThreshold.write(to: &trace)
        startConfirmation.write(to: &trace)
        stopConfirmation.write(to: &trace)
        unheardSpeech.write(to: &trace)
        transcriptWait.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        speechThreshold = try Fraction(from: &trace)
        silenceThreshold = try Fraction(from: &trace)
        startConfirmation = try Milliseconds(from: &trace)
        stopConfirmation = try Milliseconds(from: &trace)
        unheardSpeech = try Milliseconds(from: &trace)
        transcriptWait = try Milliseconds(from: &trace)
    }
}

extension EndpointingSettings: Traced {
    func write(to trace: inout TraceWriter) {
        silence.write(to: &trace)
        silenceMin.write(to: &trace)
        silenceMax.write(to: &trace)
        likelyEnd.write(to: &trace)
        finalWait.write(to: &trace)
        turnMax.write(to: &trace)
        speculates.write(to: &trace)
        speculateAfter.write(to: &trace)
        keyWait.write(to: &trace)
        String(keyEnd).write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        silence = try Milliseconds(from: &trace)
        silenceMin = try Milliseconds(from: &trace)
        silenceMax = try Milliseconds(from: &trace)
        likelyEnd = try Fraction(from: &trace)
        finalWait = try Milliseconds(from: &trace)
        turnMax = try Milliseconds(from: &trace)
        speculates = try Bool(from: &trace)
        speculateAfter = try Milliseconds(from: &trace)
        keyWait = try Milliseconds(from: &trace)
        let key = try String(from: &trace)
        guard key.count == 1, let key = key.first else { throw .meaningless("a key") }
        keyEnd = key
    }
}

extension InterruptionSettings.Threshold: Traced {
    func write(to trace: inout TraceWriter) {
        speech.write(to: &trace)
        words.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(speech: try Milliseconds(from: &trace), words: try Int(from: &trace))
    }
}

extension InterruptionSettings: Traced {
    func write(to trace: inout TraceWriter) {
        speaking.write(to: &trace)
        thinking.write(to: &trace)
        wordsWait.write(to: &trace)
        echoGuard.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        speaking = try Threshold(from: &trace)
        thinking = try Threshold(from: &trace)
        wordsWait = try Milliseconds(from: &trace)
        echoGuard = try Milliseconds(from: &trace)
    }
}

extension PlayoutSettings: Traced {
    func write(to trace: inout TraceWriter) {
        lead.write(to: &trace)
        piece.write(to: &trace)
        frame.write(to: &trace)
        hasMarks.write(to: &trace)
        markWait.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        lead = try Milliseconds(from: &trace)
        piece = try Milliseconds(from: &trace)
        frame = try Milliseconds(from: &trace)
        hasMarks = try Bool(from: &trace)
        markWait = try Milliseconds(from: &trace)
    }
}

extension VoiceSettings: Traced {
    func write(to trace: inout TraceWriter) {
        rate.write(to: &trace)
        hurryFrom.write(to: &trace)
        hurriedRate.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        rate = try Int(from: &trace)
        hurryFrom = try Int(from: &trace)
        hurriedRate = try Int(from: &trace)
    }
}

extension LivenessSettings: Traced {
    func write(to trace: inout TraceWriter) {
        for time in [context, firstToken, betweenTokens, voice, filler, nextFiller, frames, media] {
            time.write(to: &trace)
        }
        for time in [inactivity, duration, transfer, farewell, clip] { time.write(to: &trace) }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        context = try Milliseconds(from: &trace)
        firstToken = try Milliseconds(from: &trace)
        betweenTokens = try Milliseconds(from: &trace)
        voice = try Milliseconds(from: &trace)
        filler = try Milliseconds(from: &trace)
        nextFiller = try Milliseconds(from: &trace)
        frames = try Milliseconds(from: &trace)
        media = try Milliseconds(from: &trace)
        inactivity = try Milliseconds(from: &trace)
        duration = try Milliseconds(from: &trace)
        transfer = try Milliseconds(from: &trace)
        farewell = try Milliseconds(from: &trace)
        clip = try Milliseconds(from: &trace)
    }
}

extension ConversationSettings: Traced {
    func write(to trace: inout TraceWriter) {
        call.write(to: &trace)
        direction.write(to: &trace)
        recognizers.write(to: &trace)
        models.write(to: &trace)
        voices.write(to: &trace)
        tools.write(to: &trace)
        lines.write(to: &trace)
        hearing.write(to: &trace)
        endpointing.write(to: &trace)
        interruption.write(to: &trace)
        playout.write(to: &trace)
        voice.write(to: &trace)
        liveness.write(to: &trace)
        loadsContext.write(to: &trace)
        scoresSentiment.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            call: try CallID(from: &trace), direction: try Direction(from: &trace),
            recognizers: try [String](from: &trace), models: try [ModelName](from: &trace),
            voices: try [VoiceName](from: &trace))
        tools = try [ToolDefinition](from: &trace)
        lines = try Lines(from: &trace)
        hearing = try HearingSettings(from: &trace)
        endpointing = try EndpointingSettings(from: &trace)
        interruption = try InterruptionSettings(from: &trace)
        playout = try PlayoutSettings(from: &trace)
        voice = try VoiceSettings(from: &trace)
        liveness = try LivenessSettings(from: &trace)
        loadsContext = try Bool(from: &trace)
        scoresSentiment = try Bool(from: &trace)
    }
}
