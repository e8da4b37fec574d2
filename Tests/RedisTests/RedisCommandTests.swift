import Testing
import Wire

@testable import Redis

@Suite struct RedisCommandTests {
    @Test func `a command is its arguments, each with its length before it`() {
        var set = RedisCommand("SET")
        set.add("key")
        set.add([0x76, 0x61, 0x6c] as [UInt8])
        #expect(wire(set) == "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$3\r\nval\r\n")
        #expect(wire(RedisCommand("PING")) == "*1\r\n$4\r\nPING\r\n")
    }

    @Test func `numbers of all sizes are written in decimal`() {
        for number in [0, 1, 9, 10, -1, -10, 1_234_567_890, .max, .min] {
            let text = "\(number)"
            #expect(wire(RedisCommand("X", [.number(number)])) == "*2\r\n$1\r\nX\r\n$\(text.utf8.count)\r\n\(text)\r\n")
        }
    }

    @Test func `line ends, zeros and any bytes at all in an argument are data`() {
        let hostile = "a\r\n*1\r\n$8\r\nFLUSHALL\r\n\u{0}"
        #expect(
            wire(RedisCommand("GET", [.text(hostile)])) == "*2\r\n$3\r\nGET\r\n$\(hostile.utf8.count)\r\n\(hostile)\r\n"
        )
        var bytes = RedisCommand("GET")
        bytes.add([UInt8](0...255))
        #expect(Array(wire(bytes).utf8).count > 256)
        #expect(bytes.argumentCount == 2)
    }

    @Test func `a command shows its word and nothing else`() {
        let command = RedisCommand("AUTH", ["user", "hunter2"])
        #expect("\(command)" == "AUTH")
        #expect(!dumped(command).contains("hunter2"))
    }

    private func wire(_ command: RedisCommand) -> String {
        var output = ByteQueue()
        command.write(to: &output)
        return output.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

func dumped(_ value: Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text + String(reflecting: value)
}
