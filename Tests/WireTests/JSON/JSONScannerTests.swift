import Testing
import Wire

@Suite struct JSONScannerTests {
    /// What the scanner says to a whole document: nil if it is accepted.
    static func verdict(_ bytes: [UInt8]) -> JSONError? {
        var json = JSONScanner(bytes.span)
        do throws(JSONError) {
            try json.skip()
            try json.end()
            return nil
        } catch {
            return error
        }
    }

    static func verdict(_ text: String) -> JSONError? { verdict(Array(text.utf8)) }

    @Test(arguments: [
        "0", "-0", "1e400", "-12.50E+07", "0.1e-9", "true", "false", "null", #""""#, "[]", "{}", " \t\r\n[ ] ",
        #"{"a":[1,{"b":null}],"a":2}"#, #"["\u00e9\uD834\uDD1E\/\b\f\n\r\t\"\\"]"#,
        "\"é\u{7f}\u{1f600}\u{10ffff}\"",
        #"{"":0}"#, "[[],[[]],{}]", "\"eight by\u{e9}tes and then more\"",
    ])
    func `Well-formed documents are accepted`(_ text: String) { #expect(Self.verdict(text) == nil) }

    @Test(
        arguments: [
            ("01", .badNumber, 1), ("-01", .badNumber, 2), ("1.", .endedEarly, 2), ("1.x", .badNumber, 2),
            (".5", .unexpectedByte, 0), ("+1", .unexpectedByte, 0), ("-", .endedEarly, 1), ("-x", .badNumber, 1),
            ("1e", .endedEarly, 2), ("1e+]", .badNumber, 3), ("0x10", .trailingBytes, 1), ("NaN", .unexpectedByte, 0),
            ("Infinity", .unexpectedByte, 0), ("-Infinity", .badNumber, 1), ("1 2", .trailingBytes, 2),
            ("", .endedEarly, 0), ("  ", .endedEarly, 2), ("nul", .endedEarly, 3), ("nulL", .unexpectedByte, 3),
            ("True", .unexpectedByte, 0), ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1),
            ("[1 2]", .unexpectedByte, 3), ("[1}", .unexpectedByte, 2), (#"{"a":1,}"#, .unexpectedByte, 7),
            (#"{"a" 1}"#, .unexpectedByte, 5), ("{a:1}", .unexpectedByte, 1), ("{1:1}", .unexpectedByte, 1),
            (#"{"a":}"#, .unexpectedByte, 5), (#"{,}"#, .unexpectedByte, 1), ("'a'", .unexpectedByte, 0),
            ("/*c*/1", .unexpectedByte, 0), ("\u{feff}1", .unexpectedByte, 0), ("\u{a0}1", .unexpectedByte, 0),
            (#""\x41""#, .badEscape, 1), (#""\u12G4""#, .badEscape, 1), (#""\U0041""#, .badEscape, 1),
            (#""\ud834""#, .loneSurrogate, 7), (#""\ud834x""#, .loneSurrogate, 7),
            (#""\ud834\n""#, .loneSurrogate, 7), (#""\ud834\ud834""#, .loneSurrogate, 13),
            (#""\udd1e""#, .loneSurrogate, 7), (#""\udd1e\ud834""#, .loneSurrogate, 7), ("]", .unexpectedByte, 0),
        ] as [(String, JSONError.Code, Int)])
    func `Malformed documents are refused, with the place`(_ text: String, _ code: JSONError.Code, _ offset: Int) {
        #expect(Self.verdict(text) == JSONError(code, at: offset))
    }

    @Test func `A surrogate pair is one character, in either case of its digits`() throws {
        for text in [#""\uD834\uDD1E""#, #""\ud834\udd1e""#] {
            #expect(try JSONValue(json: Array(text.utf8)) == .string("\u{1d11e}"))
        }
        #expect(
            try JSONValue(json: Array(#""\u0000\uffff\uD800\uDC00\uDBFF\uDFFF""#.utf8))
                == .string("\0\u{ffff}\u{10000}\u{10ffff}"))
    }

    @Test(
        arguments: [
            [0x80], [0xbf], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0xaf], [0xe0, 0x9f, 0xbf],
            [0xf0, 0x80, 0x80, 0xaf],
            [0xf0, 0x8f, 0xbf, 0xbf], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80],
            [0xf5, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xc3, 0x28], [0xe2, 0x82, 0x28], [0xf0, 0x9f, 0x98, 0x22],
        ] as [[UInt8]])
    func `Bytes that are not UTF-8 are refused`(_ bytes: [UInt8]) {
        // At each place within the eight bytes looked at together.
        for blanks in 0..<9 {
            let text = [0x22] + [UInt8](repeating: 0x20, count: blanks) + bytes + Array("rest of it\"".utf8)
            #expect(Self.verdict(text) == JSONError(.notUTF8, at: 1 + blanks))
        }
    }

    @Test func `Every control character is refused in a string and taken as an escape`() throws {
        for byte in UInt8(0)..<32 {
            for blanks in 0..<9 {
                let before = [0x22] + [UInt8](repeating: 0x2e, count: blanks)
                #expect(
                    Self.verdict(before + [byte] + Array("rest of it\"".utf8))
                        == JSONError(.controlCharacter, at: 1 + blanks))
            }
            let digits = String(byte, radix: 16)
            let escape = "\"\\u" + String(repeating: "0", count: 4 - digits.count) + digits + "\""
            #expect(try JSONValue(json: Array(escape.utf8)) == .string(String(Unicode.Scalar(byte))))
            let isBlank = [9, 10, 13].contains(byte)
            #expect((Self.verdict([byte, 0x31]) == nil) == isBlank)
        }
    }

    @Test func `A document cut off anywhere has ended early`() {
        let text = Array(#" { "na\u006de" : [ -1.5e+3 , true , false , null , "é\ud834\udd1e" , { } , [ ] ] } "#.utf8)
        for count in 0..<text.count - 2 {
            let error = Self.verdict(Array(text[..<count]))
            #expect(error == JSONError(.endedEarly, at: error?.offset ?? -1), "at byte \(count)")
        }
        #expect(Self.verdict(text) == nil)
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `Nesting is allowed to its limit and refused beyond`(_ begin: String, _ end: String) {
        func nested(_ depth: Int) -> String {
            String(repeating: begin, count: depth) + "1" + String(repeating: end, count: depth)
        }
        #expect(Self.verdict(nested(JSONLimits.depthMax)) == nil)
        #expect(
            Self.verdict(nested(JSONLimits.depthMax + 1))
                == JSONError(.tooDeep, at: JSONLimits.depthMax * begin.utf8.count))
        #expect(Self.verdict(String(repeating: begin, count: 200_000))?.code == .tooDeep)
    }

    @Test func `Members are read one by one, whatever the caller skips`() throws {
        let bytes = Array(#"{"skip":{"a":[1,2,{"b":[]}]},"\u0065vent":"start","n":[7,-8],"t":true,"z":null}"#.utf8)
        var json = JSONScanner(bytes.span)
        var seen: [String] = []
        try json.enterObject()
        while let name = try json.nextName() {
            if json.isText(name, "event") {
                let text = try json.string()
                let verdicts = (json.isText(text, "start"), json.isText(text, "stark"), json.isText(text, "star"))
                #expect(verdicts == (true, false, false))
                seen.append("event")
            } else if json.isText(name, "n") {
                try json.enterArray()
                while try json.nextElement() { seen.append("\(try json.integer() as Int64)") }
            } else if json.isText(name, "t") {
                seen.append("\(try json.bool())")
            } else {
                try json.skip()
                seen.append(json.string(name))
            }
        }
        try json.end()
        #expect(seen == ["skip", "event", "7", "-8", "true", "z"])
    }

    @Test func `A value of another kind is refused where it begins`() {
        let bytes = Array(#"{"a": 1}"#.utf8)
        var json = JSONScanner(bytes.span)
        do throws(JSONError) {
            try json.enterObject()
            _ = try json.nextName()
            _ = try json.string()
            Issue.record("a number was read as a string")
        } catch {
            #expect(error == JSONError(.unexpectedKind, at: 6))
        }
    }

    @Test func `Asking for a member inside an array is a bug`() async {
        await #expect(processExitsWith: .failure) {
            let bytes = Array("[1]".utf8)
            var json = JSONScanner(bytes.span)
            try json.enterArray()
            _ = try json.nextName()
        }
    }
}
