import Domain

/// What is done to numbers, jobs and dead letters.
enum AuditSamples {
    private static let agent = AgentID(value: 0x0198c5a2_7a00_7000_8000_0000000000a1)
    private static let run = AnalysisRunID(value: 0x0198c5a2_7a00_7000_8000_0000000000b7)
    private static let letter = LetterRuled(
        letter: 17, consumer: "calls@1", event: EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000d2))

    static let facts: [Fact] = [
        .phoneNumber(
            .phoneNumberCreated(
                PhoneNumberCreated(
                    number: Private("+15550100001"), carrier: "telnyx", agent: agent, agentVersion: 7))),
        .phoneNumber(.phoneNumberChanged(PhoneNumberChanged(agent: agent, agentVersion: 8))),
        .phoneNumber(.phoneNumberDeleted(PhoneNumberDeleted())),
        .organization(.jobRetried(JobRuled(job: 4711, kind: "dial"))),
        .organization(.jobCancelled(JobRuled(job: 4712, kind: "dial"))),
        .organization(.letterReplayed(letter)),
        .organization(.letterDiscarded(letter)),
        .organization(.toolSecretRotated(ToolSecretRotated())),
        .organization(
            .analysisRunRequested(
                AnalysisRunRequested(
                    run: run, name: "With the new criteria", way: AnalysisWay(.configured, by: .published),
                    from: Instant(microseconds: 1_754_000_000_000_000),
                    to: Instant(microseconds: 1_755_000_000_000_000),
                    agent: agent))),
        .organization(
            .analysisRunChosen(
                AnalysisRunChosen(choice: 2, run: run, from: Instant(microseconds: 1_754_000_000_000_000)))),
    ]
}

extension PhoneNumberCreated: Arbitrary {
    static func any(_ dice: inout Dice) -> PhoneNumberCreated {
        PhoneNumberCreated(
            number: .any(&dice), carrier: .any(&dice), agent: .any(&dice), agentVersion: .any(&dice))
    }
}

extension PhoneNumberChanged: Arbitrary {
    static func any(_ dice: inout Dice) -> PhoneNumberChanged {
        PhoneNumberChanged(agent: .any(&dice), agentVersion: .any(&dice))
    }
}

extension PhoneNumberDeleted: Arbitrary {
    static func any(_ dice: inout Dice) -> PhoneNumberDeleted { PhoneNumberDeleted() }
}

extension JobRuled: Arbitrary {
    static func any(_ dice: inout Dice) -> JobRuled { JobRuled(job: .any(&dice), kind: .any(&dice)) }
}

extension LetterRuled: Arbitrary {
    static func any(_ dice: inout Dice) -> LetterRuled {
        LetterRuled(letter: .any(&dice), consumer: .any(&dice), event: .any(&dice))
    }
}

extension ToolSecretRotated: Arbitrary {
    static func any(_ dice: inout Dice) -> ToolSecretRotated { ToolSecretRotated() }
}

extension AnalysisWay.Analyst: Arbitrary {}
extension AnalysisWay.Plan: Arbitrary {}

extension AnalysisRunRequested: Arbitrary {
    static func any(_ dice: inout Dice) -> AnalysisRunRequested {
        AnalysisRunRequested(
            run: .any(&dice), name: .any(&dice), way: AnalysisWay(.any(&dice), by: .any(&dice)), from: .any(&dice),
            to: .any(&dice), agent: .any(&dice))
    }
}

extension AnalysisRunChosen: Arbitrary {
    static func any(_ dice: inout Dice) -> AnalysisRunChosen {
        AnalysisRunChosen(choice: .any(&dice), run: .any(&dice), from: .any(&dice))
    }
}
