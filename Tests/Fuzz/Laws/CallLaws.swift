import ConversationLaws

/// A live call for each input: its bytes are the seed.
enum CallLaws {
    static func check(_ bytes: [UInt8]) {
        let seed = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
        let call = RandomCall(seed: seed)
        precondition(call.breach == nil, "seed \(seed): \(call.breach ?? "")")
    }
}
