import CCurl
import Glibc

extension PeerAddress {
    /// Nil for what is no IP address. The struct is a header with a socket address of `addrlen` bytes behind it.
    init?(_ address: UnsafeMutablePointer<curl_sockaddr>) {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let length = Int(unsafe address.pointee.addrlen)
        let raw = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: length)
        switch unsafe address.pointee.family {
        case AF_INET where length >= 8: self.init(unsafe Array(raw[4..<8]))
        case AF_INET6 where length >= 24: self.init(unsafe Array(raw[8..<24]))
        default: return nil
        }
    }
}
