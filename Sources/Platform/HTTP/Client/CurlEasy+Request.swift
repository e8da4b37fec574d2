import CCurl
import Wire

extension CurlEasy {
    /// Sets everything for one request. `user` is the transfer; it must live until the handle is gone.
    mutating func prepare(
        for request: ClientRequest, _ url: ClientURL, _ settings: HTTPClientSettings, user: UnsafeMutableRawPointer
    ) {
        set(CURLOPT_URL, url.text)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Empty means none; not set would mean the environment's.
        set(CURLOPT_PROXY, settings.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_MAXAGE_CONN, Int(settings.idleConnectionAgeMax.components.seconds))
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        trust(settings.trust)
        method(request)
        headers(request)
        unsafe callbacks(user)
    }

    func trust(_ trust: HTTPClientSettings.Trust) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        switch trust {
        case .system: break
        case .authorities(let path):
            set(CURLOPT_CAINFO, path)
            // The system's folder of authorities would be asked as well.
            check(unsafe curl_set_string(handle, CURLOPT_CAPATH, nil), CURLOPT_CAPATH)
        }
    }

    private func method(_ request: ClientRequest) {
        switch request.body {
        case .none where request.method == .head: set(CURLOPT_NOBODY, 1)
        case .none where request.method == .post || request.method == .put || request.method == .patch:
            set(body: [])
        case .none: set(CURLOPT_HTTPGET, 1)
        case .bytes(let bytes): set(body: bytes)
        case .stream(let length, _):
            set(CURLOPT_UPLOAD, 1)
            set(CURLOPT_INFILESIZE_LARGE, size: length ?? -1)
        }
        if request.method != .head { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    }

    private mutating func headers(_ request: ClientRequest) {
        // Without these curl would wait a second for "100 Continue", and say that every body is a form.
        var lines = ["Expect:"]
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        for (name, value) in request.headers.all {
            // "Name:" would take the header away; this is how curl sends an empty one.
            lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        set(headers: lines)
    }

    private func callbacks(_ user: UnsafeMutableRawPointer) {
        unsafe data(CURLOPT_HEADERFUNCTION, curlReceivesHead, CURLOPT_HEADERDATA, user)
        unsafe data(CURLOPT_WRITEFUNCTION, curlReceivesBody, CURLOPT_WRITEDATA, user)
        unsafe data(CURLOPT_READFUNCTION, curlSends, CURLOPT_READDATA, user)
        check(unsafe curl_set_open_function(handle, curlOpens), CURLOPT_OPENSOCKETFUNCTION)
        check(unsafe curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, user), CURLOPT_OPENSOCKETDATA)
        check(unsafe curl_set_connected_function(handle, curlConnects), CURLOPT_PREREQFUNCTION)
        check(unsafe curl_set_pointer(handle, CURLOPT_PREREQDATA, user), CURLOPT_PREREQDATA)
    }
    private func data(
        _ function: CURLoption, _ door: curl_data_function, _ data: CURLoption, _ user: UnsafeMutableRawPointer
    ) {
        check(unsafe curl_set_data_function(handle, function, door), function)
        check(unsafe curl_set_pointer(handle, data, user), data)
    }
}

// Each unwraps the transfer, which outlives its handle, and calls one method.

private func transfer(_ user: UnsafeMutableRawPointer?) -> Transfer {
    guard let user = unsafe user else { preconditionFailure("libcurl called without its user pointer") }
    return unsafe Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
}

private func curlReceivesHead(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?
) -> Int {
    let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(user).receivesHead(Span(_unsafeBytes: raw)) ? size * count : 0
}

private func curlReceivesBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?
) -> Int {
    let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch unsafe transfer(user).receivesBody(Span(_unsafeBytes: raw)) {
    case .taken: return size * count
    case .pause: return Int(CURL_WRITEFUNC_PAUSE)
    // Fewer than were given: curl ends the transfer. A body of no bytes is never delivered.
    case .stop: return 0
    }
}

private func curlSends(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ user: UnsafeMutableRawPointer?
) -> Int {
    let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    switch unsafe transfer(user).sends(into: room) {
    case .bytes(let filled): return filled
    case .end: return 0
    case .later: return Int(CURL_READFUNC_PAUSE)
    case .wrongLength: return Int(CURL_READFUNC_ABORT)
    }
}

private func curlOpens(
    _ user: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address = unsafe address else { return CURL_SOCKET_BAD }
    return unsafe transfer(user).opens(address)
}

private func curlConnects(
    _ user: UnsafeMutableRawPointer?, _ remote: UnsafeMutablePointer<CChar>?, _ local: UnsafeMutablePointer<CChar>?,
    _ remotePort: Int32, _ localPort: Int32
) -> Int32 {
    unsafe transfer(user).connects() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
