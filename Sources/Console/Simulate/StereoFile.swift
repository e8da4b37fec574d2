import Domain

/// What both ends of a call heard, as a WAV file: the caller left, the agent right.
enum StereoFile {
    static func bytes(left: [UInt8], right: [UInt8], _ law: G711 = .muLaw) -> [UInt8] {
        let frames = max(left.count, right.count)
        let dataBytes = UInt32(frames * 4)
        var file: [UInt8] = []
        func put(_ text: String) { file += Array(text.utf8) }
        func put(_ value: UInt32) {
            for shift in stride(from: 0, to: 32, by: 8) { file.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        func put(_ value: UInt16) { file += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
        file.reserveCapacity(44 + frames * 4)
        put("RIFF")
        put(36 + dataBytes)
        put("WAVEfmt ")
        put(UInt32(16))
        put(UInt16(1))
        put(UInt16(2))
        put(UInt32(G711.sampleRate))
        put(UInt32(G711.sampleRate * 4))
        put(UInt16(4))
        put(UInt16(16))
        put("data")
        put(dataBytes)
        for frame in 0..<frames {
            put(UInt16(bitPattern: frame < left.count ? law.decode(left[frame]) : 0))
            put(UInt16(bitPattern: frame < right.count ? law.decode(right[frame]) : 0))
        }
        return file
    }
}
