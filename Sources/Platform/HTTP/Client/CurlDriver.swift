import CCurl
import Loop

/// Runs one multi handle on a loop: curl says which sockets it waits for and when it wants to be called, and the loop does both.
///
/// Confined to the loop. `shutdown` comes last, once every easy handle has been removed.
@safe
final class CurlDriver {
    let loop: Loop
    /// Told of each transfer that is over, outside all of curl's own callbacks.
    var finished: (UnsafeMutableRawPointer, CURLcode) -> Void = { _, _ in }

    /// Asks the loop, which asks the kernel, which may refuse.
    var watch: (Int32, Readiness, any Watcher) throws(SystemError) -> Void

    private let multi: UnsafeMutableRawPointer
    private var sockets: [Int32: Watched] = [:]
    /// Transfers whose socket the kernel won't watch, to be ended at this turn's end: inside curl's callback it is forbidden.
    private var unwatchable: [UnsafeMutableRawPointer] = unsafe []
    private var alarm: Timer?
    private var isShut = false

    init(loop: Loop, idleConnectionsMax: Int) {
        self.loop = loop
        watch = loop.watch
        guard let multi = unsafe curl_multi_init() else { preconditionFailure("libcurl has no memory for a handle") }
        unsafe self.multi = multi
        alarm = Timer { [unowned self] in act(CURL_SOCKET_BAD, 0) }
        // The driver outlives the multi handle: `shutdown` frees that one, and must come before the last release.
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe curl_multi_set_watch(multi, curlWatches, me)
        unsafe curl_multi_set_alarm(multi, curlSetsAlarm, me)
        unsafe curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, idleConnectionsMax)
    }

    deinit { precondition(isShut, "a curl driver is shut down before it is let go") }

    /// Closes all pooled connections.
    func shutdown() {
        loop.checkIsolated()
        guard !isShut else { return }
        isShut = true
        let code = unsafe curl_multi_cleanup(multi)
        precondition(code == CURLM_OK, "libcurl's multi handle: \(code.rawValue)")
        for descriptor in sockets.keys { loop.unwatch(descriptor) }
        sockets = [:]
        if let alarm { loop.disarm(alarm) }
        alarm = nil
    }

    func add(_ easy: borrowing CurlEasy) {
        let code = unsafe curl_multi_add_handle(multi, easy.handle)
        precondition(code == CURLM_OK, "libcurl's multi handle: \(code.rawValue)")
    }

    /// Not to be called from one of curl's callbacks.
    func remove(_ easy: borrowing CurlEasy) {
        // Another handle may get its address.
        unsafe unwatchable.removeAll { unsafe $0 == easy.handle }
        let code = unsafe curl_multi_remove_handle(multi, easy.handle)
        precondition(code == CURLM_OK, "libcurl's multi handle: \(code.rawValue)")
    }

    // MARK: - The loop calls curl

    fileprivate func act(_ socket: Int32, _ events: Int32) {
        guard !isShut else { return }
        var running: Int32 = 0
        let code = unsafe curl_multi_socket_action(multi, socket, events, &running)
        precondition(code == CURLM_OK, "libcurl's multi handle: \(code.rawValue)")
        report()
    }

    private func report() {
        var left: Int32 = 0
        while !isShut, let message = unsafe curl_multi_info_read(multi, &left) {
            // The message is gone once its handle is removed, which the receiver may do.
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            let result = unsafe curl_message_result(message)
            unsafe finished(easy, result)
        }
    }

    // MARK: - curl calls the loop

    fileprivate func watches(_ socket: Int32, _ what: Int32, for easy: UnsafeMutableRawPointer) {
        if what == CURL_POLL_REMOVE {
            if sockets.removeValue(forKey: socket) != nil { loop.unwatch(socket) }
            return
        }
        var interest: Readiness = []
        if what & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        if sockets[socket] != nil { return loop.rewatch(socket, for: interest) }
        let watched = Watched(socket, driver: self)
        do throws(SystemError) {
            try watch(socket, interest, watched)
            sockets[socket] = watched
        } catch {
            if unsafe unwatchable.isEmpty { loop.atEndOfTurn { [self] in giveUpUnwatchable() } }
            unsafe unwatchable.append(easy)
        }
    }

    private func giveUpUnwatchable() {
        // The kernel is out of watches, or of memory for one more.
        while !isShut, let easy = unsafe unwatchable.popLast() { unsafe finished(easy, CURLE_OUT_OF_MEMORY) }
    }

    /// Only arms the timer, also for 0: calling curl from inside its own callback is forbidden.
    fileprivate func setsAlarm(_ milliseconds: Int) {
        guard let alarm else { return }
        if milliseconds < 0 { return loop.disarm(alarm) }
        loop.arm(alarm, at: Moment.now + .milliseconds(milliseconds))
    }

    private final class Watched: Watcher {
        private let socket: Int32
        private unowned let driver: CurlDriver

        init(_ socket: Int32, driver: CurlDriver) { (self.socket, self.driver) = (socket, driver) }

        func ready(_ readiness: Readiness) {
            var events: Int32 = 0
            if !readiness.isDisjoint(with: [.readable, .hangup, .peerClosed]) { events |= CURL_CSELECT_IN }
            if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
            if readiness.contains(.error) { events |= CURL_CSELECT_ERR }
            driver.act(socket, events)
        }
    }
}

private func curlWatches(
    _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32, _ user: UnsafeMutableRawPointer?,
    _ unused: UnsafeMutableRawPointer?
) -> Int32 {
    // Anything but 0 would fail every transfer of this multi handle for the sake of one.
    guard let user = unsafe user, let easy = unsafe easy else { return 0 }
    unsafe Unmanaged<CurlDriver>.fromOpaque(user).takeUnretainedValue().watches(socket, what, for: easy)
    return 0
}

private func curlSetsAlarm(_ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ user: UnsafeMutableRawPointer?)
    -> Int32
{
    guard let user = unsafe user else { return -1 }
    unsafe Unmanaged<CurlDriver>.fromOpaque(user).takeUnretainedValue().setsAlarm(milliseconds)
    return 0
}
