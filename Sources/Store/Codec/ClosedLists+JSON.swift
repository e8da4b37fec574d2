import Domain

// Closed lists are stored as their raw values; another value than those is refused.
extension EndedReason: JSONField {}
extension FaultOwner: JSONField {}
extension Direction: JSONField {}
extension AnsweredBy: JSONField {}
extension Verdict: JSONField {}
extension AudioCodec: JSONField {}
extension MediaReason: JSONField {}
extension TurnEnd: JSONField {}
extension Completeness: JSONField {}
extension ExpectedInput: JSONField {}
extension Sentiment: JSONField {}
extension FinishReason: JSONField {}
extension ContextOutcome: JSONField {}
extension ContextSource: JSONField {}
extension DismissalReason: JSONField {}
extension ToolFault: JSONField {}
extension ProviderKind: JSONField {}
extension ProviderFault: JSONField {}
extension TransferMode: JSONField {}
extension TransferEnd: JSONField {}
extension RecordingFault: JSONField {}
extension ErasureReason: JSONField {}
extension UserRole: JSONField {}
extension RevocationReason: JSONField {}
extension SuccessReason: JSONField {}
extension AnalysisWay.Analyst: JSONField {}
extension AnalysisWay.Plan: JSONField {}
extension MemoryKind: JSONField {}
extension ForgettingReason: JSONField {}
extension RetirementReason: JSONField {}
extension DisablingReason: JSONField {}
extension CallOrdered.Order: JSONField {}
extension CallOrdered.Outcome: JSONField {}
