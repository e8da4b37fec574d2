import Testing

@testable import HTTP

@Suite struct ValuesTests {
    @Test func `headers are found in any case and kept in order`() {
        var headers: Headers = Headers([.contentType: "a", "X-One": "1", "x-one": "2"])
        #expect(headers["CONTENT-TYPE"] == "a" && headers.values(of: "X-ONE") == ["1", "2"])
        headers.set("X-one", "3")
        #expect(headers.all.map(\.name) == ["Content-Type", "X-one"] && headers["x-ONE"] == "3")
        headers.remove(.contentType)
        #expect(headers.count == 1 && !headers.has(.contentType))
    }

    @Test func `headers that are added together are as if added one by one`() {
        var headers: Headers = Headers(["X-One": "1"])
        headers.add(Headers(["X-Two": "2", "X-Three": "3"]))
        headers.set("x-two", "4")
        #expect(headers.all.map(\.value) == ["1", "3", "4"] && headers["X-THREE"] == "3")
    }

    @Test func `a value can't end its header`() {
        let headers = Headers(["X-A": "b\r\nSet-Cookie: c\0"])
        #expect(headers["x-a"] == "b  Set-Cookie: c ")
    }

    @Test(arguments: ["", "a b", "a:", "ä", "a\r"])
    func `what is no token is no header name`(text: String) { #expect(HeaderName(text) == nil) }

    @Test func `queries are decoded, in order and with repeats`() throws {
        let request = try #require(Request(.get, "/p?a=1&b=x%20y+z&a=2&c&=d&e=%26"))
        #expect(request.path == "/p" && request.query["b"] == "x y z" && request.query.values(of: "a") == ["1", "2"])
        #expect(request.query["c"] == "" && request.query[""] == "d" && request.query["e"] == "&")
    }

    @Test func `percent coding comes back to what it was`() {
        let text = "a/b c%ä&=+~"
        #expect(PercentCoding.encode(text) == "a%2Fb%20c%25%C3%A4%26%3D%2B~")
        #expect(PercentCoding.decode(Array(PercentCoding.encode(text).utf8)) == text)
        for broken in ["%", "%4", "%4g", "%00", "%C3"] { #expect(PercentCoding.decode(Array(broken.utf8)) == nil) }
    }

    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func `dates are written and read as HTTP has them`(seconds: Int64, text: String) {
        #expect(HTTPDate(seconds: seconds).text == text)
        #expect(HTTPDate(text)?.seconds == seconds)
    }

    @Test(arguments: [
        "Sun, 6 Nov 1994 08:49:37 GMT", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "",
        "tomorrow",
    ])
    func `what is no such date is none`(text: String) { #expect(HTTPDate(text) == nil) }

    @Test func `a problem says what is wrong where`() {
        let problem = Problem(
            .unprocessableContent, "invalid", detail: "line\n1",
            errors: [.init(pointer: "/speed", message: "too fast")])
        guard case .bytes(let bytes) = problem.response.body else { return }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"type":"about:blank","title":"Unprocessable Content","status":422,"code":"invalid","detail":"line\n1","errors":[{"pointer":"/speed","message":"too fast"}]}"#
        )
    }
}
