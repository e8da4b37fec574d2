/// What is done to an organization's part of the platform.
package enum OrganizationEvent: Hashable, Sendable {
    case jobRetried(JobRuled)
    case jobCancelled(JobRuled)
    case letterReplayed(LetterRuled)
    case letterDiscarded(LetterRuled)
    case toolSecretRotated(ToolSecretRotated)
    case analysisRunRequested(AnalysisRunRequested)
    case analysisRunChosen(AnalysisRunChosen)

    package var type: EventType {
        switch self {
        case .jobRetried: .jobRetried
        case .jobCancelled: .jobCancelled
        case .letterReplayed: .letterReplayed
        case .letterDiscarded: .letterDiscarded
        case .toolSecretRotated: .toolSecretRotated
        case .analysisRunRequested: .analysisRunRequested
        case .analysisRunChosen: .analysisRunChosen
        }
    }
}
