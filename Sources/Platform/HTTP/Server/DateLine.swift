import Glibc

/// The `Date` header's line, made once a second.
struct DateLine {
    private var second: Int64 = -1
    private var line: [UInt8] = []

    mutating func bytes() -> [UInt8] {
        let now = Int64(time(nil))
        if now != second {
            second = now
            line = Array("Date: \(HTTPDate(seconds: now).text)\r\n".utf8)
        }
        return line
    }
}
