import Glibc

extension PeerAddress {
    /// From the host of an address that names no host: `192.0.2.1`, `[2001:db8::1]`. Nil for a name.
    package init?(literal host: String) {
        let text = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        var bytes = [UInt8](repeating: 0, count: 16)
        let isFour = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(AF_INET, text, $0.baseAddress) } == 1
        if isFour {
            self.init(Array(bytes[..<4]))
            return
        }
        guard unsafe bytes.withUnsafeMutableBytes({ unsafe inet_pton(AF_INET6, text, $0.baseAddress) }) == 1 else {
            return nil
        }
        self.init(bytes)
    }
}
