/// One generation: tokens in, sentences out, tools asked for. It is known by its id: what comes after it is over finds nobody.
struct Reply: Hashable, Sendable {
    let id: ReplyID
    let turn: TurnID?
    let model: ModelName
    /// Which of the chain it is.
    let attempt: Int
    let askedAt: Instant
    /// Asked before the turn was over, for this text. Nil for any other, and once the turn has ended with it.
    var speculation: String?

    /// It was told results of tools that nobody was told before.
    var tellsResults = false

    var firstToken: Milliseconds?
    var firstTokenAt: Instant?
    /// When a token must have come.
    var deadline: Instant
    var splitter = SentenceSplitter()
    var length = 0
    /// Cut short; what else comes is not said.
    var isFull = false
    /// Its sentences, while it is not yet certain that they are wanted.
    var held: [String] = []
    var heldTools: [ToolRequest] = []
    /// What became known of its end meanwhile.
    var heldOutcome: ReplyOutcome?
    /// Where its sentences go.
    var utterance: UtteranceID?
    var hasAskedForTools = false

    init(id: ReplyID, turn: TurnID?, model: ModelName, attempt: Int, askedAt: Instant, deadline: Instant) {
        self.id = id
        self.turn = turn
        self.model = model
        self.attempt = attempt
        self.askedAt = askedAt
        self.deadline = deadline
    }

    var isSpeculative: Bool { speculation != nil }
    var isSilent: Bool { utterance == nil && !hasAskedForTools }
}
