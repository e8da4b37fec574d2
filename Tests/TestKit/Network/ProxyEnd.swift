import Loop

/// One socket of a proxied connection, and what waits to be written to it.
final class ProxyEnd: Watcher {
    private struct Parcel {
        let due: Moment
        var bytes: ArraySlice<UInt8>
        /// Nothing comes behind it; the socket's sending side is shut.
        let isLast: Bool
    }

    let descriptor: Int32
    /// Which way the bytes go that are read here.
    let sends: FaultyProxy.Direction
    weak var link: ProxyLink?

    private let loop: Loop
    private var parcels: [Parcel] = []
    private(set) var waiting = 0
    private var interest: Readiness?
    /// The peer has sent its last byte.
    private var hasEnded = false
    /// The peer has been sent its last byte.
    private var isShut = false
    private lazy var timer = Timer { [unowned self] in flush() }

    init(_ descriptor: Int32, sends: FaultyProxy.Direction, on loop: Loop) {
        self.descriptor = descriptor
        self.sends = sends
        self.loop = loop
    }

    var isFinished: Bool { hasEnded && isShut }

    // MARK: - Orders

    func deliver(_ bytes: UnsafeRawBufferPointer, at due: Moment) {
        guard !bytes.isEmpty else { return }
        put(Parcel(due: due, bytes: ArraySlice(bytes), isLast: false))
    }

    func deliverEnd(at due: Moment) { put(Parcel(due: due, bytes: [], isLast: true)) }

    /// Watches the socket for what there is to do.
    func listen(reading: Bool) {
        var wanted: Readiness = []
        if reading && !hasEnded { wanted.insert(.readable) }
        if let first = parcels.first {
            if first.due <= Moment.now { wanted.insert(.writable) } else { loop.arm(timer, at: first.due) }
        }
        // A socket whose both directions are over is reported ready for ever.
        if isFinished { return rest() }
        if let interest {
            if interest != wanted { loop.rewatch(descriptor, for: wanted) }
        } else {
            do throws(SystemError) {
                try loop.watch(descriptor, for: wanted, self)
            } catch {
                preconditionFailure("the proxy cannot watch a socket: \(error)")
            }
        }
        interest = wanted
    }

    /// Stops looking at the socket at all.
    func rest() {
        loop.disarm(timer)
        if interest != nil { loop.unwatch(descriptor) }
        interest = nil
    }

    private func put(_ parcel: Parcel) {
        parcels.append(parcel)
        waiting += parcel.bytes.count
        if parcels.count == 1 && parcel.due <= Moment.now { flush() }
    }

    // MARK: - The socket

    func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) { flush() }
        guard let interest else { return }
        if interest.contains(.readable) {
            if !readiness.isDisjoint(with: [.readable, .hangup, .error]) { read() }
        } else if !readiness.isDisjoint(with: [.hangup, .error]) {
            link?.close()
        }
    }

    private func read() {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 1) { buffer in
            switch Socket.read(descriptor, into: buffer) {
            case .bytes(let count): link?.received(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), at: self)
            case .end:
                hasEnded = true
                link?.ended(at: self)
            case .wouldBlock: break
            case .failed: link?.close()
            }
        }
    }

    private func flush() {
        while let first = parcels.first, first.due <= Moment.now {
            if first.isLast {
                Socket.shutdownSending(descriptor)
                isShut = true
                parcels.removeAll()
                break
            }
            switch first.bytes.withUnsafeBytes({ Socket.write(descriptor, from: $0) }) {
            case .bytes(let count):
                waiting -= count
                if count == first.bytes.count { parcels.removeFirst() } else { parcels[0].bytes.removeFirst(count) }
                continue
            case .wouldBlock, .end: break
            case .failed:
                link?.close()
                return
            }
            break
        }
        link?.moved()
    }
}
