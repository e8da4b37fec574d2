/// Days and times as they are said. Nobody here knows what day it is: "tomorrow" stays "tomorrow".
enum SpokenDates {
    private static let days = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
    private static let near: Set<Substring> = ["today", "tomorrow", "tonight"]
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let ordinals: [Substring: Int] = {
        let words = [
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
            "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
            "twentieth",
        ]
        var all = Dictionary(uniqueKeysWithValues: words.enumerated().map { (Substring($0.element), $0.offset + 1) })
        all["thirtieth"] = 30
        return all
    }()
    private static let parts: Set<Substring> = ["morning", "afternoon", "evening", "noon", "midnight"]

    /// "3 March", "Monday", "tomorrow".
    static func date(_ words: [Substring]) -> String? {
        for (place, word) in words.enumerated() {
            guard let month = months.firstIndex(of: String(word)) else { continue }
            // "may I" is no month.
            if let day = day(words[..<place].suffix(3)) ?? day(words[(place + 1)...].prefix(3)) {
                return "\(day) \(capital(months[month]))"
            }
        }
        if let word = words.first(where: near.contains) { return String(word) }
        if let place = words.firstIndex(where: { days.contains(String($0)) }) {
            let isNext = place > 0 && words[place - 1] == "next"
            return (isNext ? "next " : "") + capital(String(words[place]))
        }
        return nil
    }

    private static func day(_ words: ArraySlice<Substring>) -> Int? {
        let words = words.filter { $0 != "of" && $0 != "the" }
        var tens = 0
        for word in words {
            let number =
                if let ordinal = ordinals[word] { ordinal } else {
                    Int(word.prefix { $0.isWholeNumber }) ?? SpokenNumbers.number([word])
                }
            guard let number else { continue }
            // No day of a month, and too large perhaps to be added up.
            guard number <= 31 else { return nil }
            if number == 20 || number == 30, word.hasSuffix("y") {
                tens = number
            } else {
                return 1...31 ~= tens + number ? tens + number : nil
            }
        }
        return tens > 0 ? tens : nil
    }

    /// "3:30 pm", "15:00", "morning".
    static func time(_ words: [Substring]) -> String? {
        for (place, word) in words.enumerated() {
            guard let hour = hour(word) else { continue }
            let before = words[..<place]
            let behind = words[(place + 1)...]
            if before.suffix(2).elementsEqual(["half", "past"]) { return clock(hour, 30, behind) }
            if before.suffix(2).elementsEqual(["quarter", "past"]) { return clock(hour, 15, behind) }
            if before.suffix(2).elementsEqual(["quarter", "to"]) {
                return clock(hour == 1 ? 12 : hour - 1, 45, behind)
            }
            let minute = behind.first.flatMap { SpokenNumbers.number([$0]) }
            if let minute, 10...59 ~= minute {
                let last = behind.dropFirst().first.flatMap { SpokenNumbers.number([$0]) } ?? 0
                let sum = minute % 10 == 0 && 1...9 ~= last ? minute + last : minute
                return clock(hour, sum, behind.dropFirst())
            }
            let isTime = behind.first == "o'clock" || half(behind) != nil || before.last == "at" || words.count == 1
            if isTime { return clock(hour, 0, behind) }
        }
        return words.first(where: parts.contains).map(String.init)
    }

    private static func hour(_ word: Substring) -> Int? {
        guard let number = SpokenNumbers.number([word]), 0...23 ~= number else { return nil }
        return number
    }

    private static func clock(_ hour: Int, _ minute: Int, _ behind: ArraySlice<Substring>) -> String {
        let minutes = minute < 10 ? "0\(minute)" : "\(minute)"
        return "\(hour):\(minutes)" + (half(behind).map { " \($0)" } ?? "")
    }

    private static func half(_ words: ArraySlice<Substring>) -> String? {
        let words = words.drop { $0 == "o'clock" }.prefix(5)
        if words.first == "pm" || words.starts(with: ["p", "m"]) || words.contains("afternoon")
            || words.contains("evening")
        {
            return "pm"
        }
        if words.first == "am" || words.starts(with: ["a", "m"]) || words.contains("morning") { return "am" }
        return nil
    }

    private static func capital(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}
