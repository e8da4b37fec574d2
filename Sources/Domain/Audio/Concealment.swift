/// Sound in the place of sound that was lost on its way: what was heard last, backwards and forwards so that nothing clicks, fading away;
/// then silence. It is as long as what is missing, so that every place behind it stays right.
package enum Concealment {
    /// What is repeated: the frame that was heard last.
    package static let memory: Milliseconds = 20
    /// Longer it would be a tone that nobody made.
    package static let fade: Milliseconds = 60

    package static func sound(_ length: Milliseconds, after last: ArraySlice<UInt8>, _ law: G711) -> [UInt8] {
        let count = samples(max(0, length))
        var sound = [UInt8](repeating: law.silence, count: count)
        let faded = samples(fade)
        guard !last.isEmpty else { return sound }
        for index in 0..<min(count, faded) {
            let (round, place) = index.quotientAndRemainder(dividingBy: last.count)
            let heard = round % 2 == 0 ? last[last.endIndex - 1 - place] : last[last.startIndex + place]
            let sample = Int(law.decode(heard)) * (faded - index) / faded
            sound[index] = law.encode(Int16(sample))
        }
        return sound
    }

    private static func samples(_ length: Milliseconds) -> Int { Int(length.count) * G711.sampleRate / 1_000 }
}
