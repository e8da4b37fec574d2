import CCurl

/// The owner of one easy handle and of the header list it points to.
@safe
struct CurlEasy: ~Copyable {
    let handle: UnsafeMutableRawPointer
    private var list: UnsafeMutablePointer<curl_slist>?

    /// Initialised once, before the first handle; curl asks for that.
    private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    init() {
        precondition(Self.library == CURLE_OK, "libcurl could not be initialised: \(Self.library.rawValue)")
        guard let handle = unsafe curl_easy_init() else { preconditionFailure("libcurl has no memory for a handle") }
        unsafe self.handle = handle
        unsafe list = nil
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(list)
    }

    // An option is refused only if this libcurl is too old or built without it: no condition one could handle.

    func set(_ option: CURLoption, _ value: Int) {
        check(unsafe curl_set_long(handle, option, value), option)
    }

    func set(_ option: CURLoption, size: Int) {
        check(unsafe curl_set_size(handle, option, curl_off_t(size)), option)
    }

    /// curl keeps a copy.
    func set(_ option: CURLoption, _ value: String) {
        check(unsafe curl_set_string(handle, option, value), option)
    }

    /// Gives the body as a whole; curl keeps a copy.
    func set(body: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.count)
        unsafe body.withUnsafeBytes { bytes in
            // Empty is not the same as none: curl would read a body from the read function.
            if let base = bytes.baseAddress {
                check(
                    unsafe curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: base)),
                    CURLOPT_COPYPOSTFIELDS)
            } else {
                set(CURLOPT_COPYPOSTFIELDS, "")
            }
        }
    }

    mutating func set(headers lines: [String]) {
        for line in lines {
            guard let longer = unsafe curl_slist_append(list, line) else {
                preconditionFailure("no memory for headers")
            }
            unsafe list = longer
        }
        check(unsafe curl_set_list(handle, CURLOPT_HTTPHEADER, list), CURLOPT_HTTPHEADER)
    }

    func check(_ code: CURLcode, _ option: CURLoption) {
        precondition(code == CURLE_OK, "libcurl refused option \(option.rawValue): \(code.rawValue)")
    }
}
