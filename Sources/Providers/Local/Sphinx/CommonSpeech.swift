/// What anybody may say on any call.
enum CommonSpeech {
    /// Shorter ones are phrases of their own; longer ones only show which word may follow which.
    static let wordsOfWholeMax = 6

    static let phrases: [String] =
        [
            "yes", "yes please", "yes that is right", "no", "no thank you", "no that is wrong", "okay", "sure",
            "hello", "hi", "good morning", "good afternoon", "good evening", "thank you", "thank you very much",
            "thanks", "goodbye", "bye", "that is all", "one moment please", "wait", "stop", "hold on",
            "can you repeat that please", "please say that again", "sorry", "i did not understand", "help",
            "can i speak to a human please", "can i talk to a person", "my name is", "monday", "tuesday", "wednesday",
            "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "in the morning", "in the afternoon",
        ] + [digits]

    /// Every digit once behind every other, so that any row of digits can follow.
    static let digits: String = {
        let names = SpokenForm.ones
        var row = ["zero"]
        for first in names.indices {
            for second in names.indices where second > first { row += [names[first], names[second]] }
            row += [names[first], names[first]]
        }
        for first in names.indices.reversed() {
            for second in names.indices.reversed() where second < first { row += [names[first], names[second]] }
        }
        return row.joined(separator: " ")
    }()
}
