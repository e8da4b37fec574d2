import Glibc
import Loop

/// The bytes of an open file, however many pieces the system gives them in. Blocks.
enum FileBytes {
    /// From where the last read ended; fewer where the file ends.
    static func next(_ count: Int, of file: Int32) throws(SystemError) -> [UInt8] {
        try unsafe all(count, "read") { room, _ in unsafe read(file, room.baseAddress, room.count) }
    }

    /// From a place in it; fewer where the file ends.
    static func at(_ place: Int, _ count: Int, of file: Int32) throws(SystemError) -> [UInt8] {
        try unsafe all(count, "pread") { room, filled in
            unsafe pread(file, room.baseAddress, room.count, off_t(place + filled))
        }
    }

    private static func all(
        _ count: Int, _ call: String, _ take: (_ room: UnsafeMutableRawBufferPointer, _ filled: Int) -> Int
    ) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let taken = unsafe bytes.withUnsafeMutableBytes { room in
                unsafe take(UnsafeMutableRawBufferPointer(rebasing: room[filled...]), filled)
            }
            if taken < 0, errno == EINTR { continue }
            if taken < 0 { throw .last(call) }
            if taken == 0 { break }
            filled += taken
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
