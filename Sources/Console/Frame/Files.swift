import Glibc

/// Whole small files.
enum Files {
    /// Longer ones are not what a command was meant to read.
    static let bytesMax = 4 << 20

    static func read(_ path: String) throws(Trouble) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw trouble("read", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw trouble("read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= bytesMax else { throw Trouble("\(path) is longer than \(bytesMax) bytes") }
        }
    }

    /// `mode` holds for a new file. One that `mustBeNew` never takes another's place.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644, mustBeNew: Bool = false) throws(Trouble)
    {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (mustBeNew ? O_EXCL : O_TRUNC), mode)
        guard file >= 0 else { throw trouble("write", path) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let trouble = trouble("write", path)
                close(file)
                throw trouble
            }
            written += count
        }
        guard close(file) == 0 else { throw trouble("write", path) }
    }

    private static func trouble(_ verb: String, _ path: String) -> Trouble {
        Trouble("can't \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
