import Testing
import Wire

@Suite struct JSONWriterTests {
    static func written(_ write: (inout JSONWriter) -> Void) -> String {
        var queue = ByteQueue()
        queue.append("> ")
        queue.appendJSON(write)
        return queue.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `Commas and colons stand where they belong, behind what the queue held`() {
        let text = Self.written { json in
            json.beginObject()
            json.name("a")
            json.beginArray()
            json.integer(.min)
            json.integer(.max)
            json.beginArray()
            json.endArray()
            json.null()
            json.endArray()
            json.name("b")
            json.beginObject()
            json.endObject()
            json.name("c")
            json.bool(false)
            json.name("d")
            json.string(base64: Array("any carnal pleas".utf8).span)
            json.name("e")
            json.raw(Array("[1]".utf8).span)
            json.endObject()
        }
        #expect(
            text == #"> {"a":[-9223372036854775808,9223372036854775807,[],null],"b":{},"c":false,"#
                + #""d":"YW55IGNhcm5hbCBwbGVhcw==","e":[1]}"#)
    }

    @Test func `A document may be a single value`() {
        #expect(Self.written { $0.string("") } == #"> """#)
        #expect(Self.written { $0.bool(true) } == "> true")
    }

    @Test func `Only what must be is escaped, and DEL, which would not show`() {
        let text = "\"\\/\u{8}\u{9}\u{a}\u{c}\u{d}\u{0}\u{b}\u{10}\u{1f}\u{7f}é\u{2028}\u{1f600}"
        #expect(
            Self.written { $0.string(text) }
                == "> \"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u000b\\u0010\\u001f\\u007fé\u{2028}\u{1f600}\"")
    }

    @Test(arguments: [
        (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
        (1.0 / 3, "0.3333333333333333"),
    ])
    func `Doubles are written with the fewest digits that read back the same`(_ value: Double, _ text: String) {
        #expect(Self.written { $0.double(value) } == "> " + text)
    }

    @Test func `A number that is not finite is a bug`() async {
        await #expect(processExitsWith: .failure) { _ = JSONValue.double(.nan).bytes() }
        await #expect(processExitsWith: .failure) { _ = JSONValue.double(.infinity).bytes() }
    }

    @Test func `Misuse is a bug`() async {
        await #expect(processExitsWith: .failure) {
            _ = JSONWriterTests.written {
                $0.beginObject()
                $0.integer(1)
            }
        }
        await #expect(processExitsWith: .failure) { _ = JSONWriterTests.written { $0.beginArray() } }
        await #expect(processExitsWith: .failure) {
            _ = JSONWriterTests.written {
                $0.null()
                $0.null()
            }
        }
        await #expect(processExitsWith: .failure) {
            _ = JSONWriterTests.written {
                $0.beginObject()
                $0.name("a")
                $0.endObject()
            }
        }
    }
}
