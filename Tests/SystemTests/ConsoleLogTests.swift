import Crypto
import Glibc
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// `ledgerline tail` and `state` against a real log.
@Suite(.timeLimit(.minutes(3)), .serialized) struct ConsoleLogTests {
    private static let types = ["call.received", "call.answered", "caller.said", "call.ended"]

    @Test func `tail shows the last events of all lanes, and nobody's words`() async throws {
        try await ConsoleUnderTest.with { test in
            let calls = [try await test.appendCall(), try await test.appendCall(), try await test.appendCall()]
            let all = try await test.ledgerline("tail")
            #expect(all.code == 0)
            #expect(all.output.split(separator: "\n").count == 12, "\(all.output)")
            for call in calls { #expect(all.output.contains("\(call) v4  call.ended"), "\(all.output)") }
            #expect(!all.output.contains(ConsoleUnderTest.phone) && !all.output.contains(ConsoleUnderTest.words))
            #expect(all.output.contains(#""text":"(private)""#) && all.output.contains(#""provider":"deepgram""#))

            let some = try await test.ledgerline("tail", "--limit", "2", "--json")
            #expect(try some.documents.map { $0["stream_id"]?.text } == ["\(calls[2])", "\(calls[2])"])
            #expect(try some.documents.map { $0["version"]?.wholeNumber } == [3, 4])

            let revealed = try await test.ledgerline("tail", "--call", "\(calls[0])", "--reveal", "--json")
            let documents = try revealed.documents
            #expect(documents.map { $0["type"]?.text } == Self.types)
            #expect(documents[0]["payload"]?["from"]?.text == ConsoleUnderTest.phone)
            #expect(documents[2]["payload"]?["text"]?.text == ConsoleUnderTest.words)

            let first = try await test.ledgerline(
                "tail", "--from-start", "--type=caller.said", "--limit", "2", "--json")
            #expect(try first.documents.map { $0["type"]?.text } == ["caller.said", "caller.said"])
            let whole = try await test.ledgerline("tail", "--from-start", "--json")
            #expect(try whole.documents.count == 12)
        }
    }

    @Test func `tail follows what is appended, in all lanes and in one stream`() async throws {
        try await ConsoleUnderTest.with { test in
            let old = try await test.appendCall()
            let own = UUID.v7()
            let environment = ["DATABASE_URL": test.url]
            let executable = BuiltProducts.executable("ledgerline")
            try await RunningProcess.with(
                executable, ["tail", "--follow", "--limit", "1", "--json"], environment: environment
            ) { all in
                try await RunningProcess.with(
                    executable, ["tail", "--follow", "--call", "\(own)"], environment: environment
                ) { one in
                    try await test.loop.until("the last event is shown", within: .seconds(30)) {
                        all.output.contains("\(old)")
                    }
                    _ = try await test.appendCall(own)
                    let other = try await test.appendCall()
                    try await test.loop.until("both followed", within: .seconds(30)) {
                        all.output.split(separator: "\n").count == 9
                            && one.output.split(separator: "\n").count == 4
                    }
                    #expect(all.output.contains("\(own)") && all.output.contains("\(other)"))
                    #expect(!one.output.contains("\(other)"))
                    #expect(all.isRunning && one.isRunning)
                }
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a tail that follows is ended by a signal in good order, with all it has shown`(signal: Int32) async throws {
        try await ConsoleUnderTest.with { test in
            let call = try await test.appendCall()
            let arguments = ["tail", "--follow", "--json"]
            let (code, output) = try await RunningProcess.with(
                BuiltProducts.executable("ledgerline"), arguments, environment: ["DATABASE_URL": test.url]
            ) { tail in
                try await test.loop.until("the call is shown", within: .seconds(30)) {
                    tail.output.contains("\(call)")
                }
                #expect(try await test.count(Self.consoles) == 1)
                tail.send(signal)
                return (await tail.exit(), tail.output)
            }
            #expect(code == 0)
            // Whole lines, and not a word of complaint behind them.
            let answer = ConsoleUnderTest.Answer(code: code, output: output)
            #expect(try answer.documents.map { $0["type"]?.text } == Self.types)
            // It has said goodbye to Postgres, and not left that to find out.
            try await test.loop.until("its session's end", within: .seconds(30)) {
                try await test.count(Self.consoles) == 0
            }
        }
    }

    private static let consoles: SQL = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ledgerline-console'
        """

    @Test func `state travels in time, and keeps words to itself`() async throws {
        try await ConsoleUnderTest.with { test in
            let call = try await test.appendCall()
            let id = "\(call)"
            for (version, status) in [("1", "ringing"), ("2", "in_progress"), ("3", "in_progress"), ("4", "ended")] {
                let answer = try await test.ledgerline("state", id, "--at", version, "--json")
                #expect(answer.code == 0, "\(answer.output)")
                let document = try #require(try answer.documents.first)
                #expect(document["status"]?.text == status)
                #expect(document["version"]?.wholeNumber == Int64(version))
                #expect(document["from"]?.text == "(private)")
            }
            let now = try await test.ledgerline("state", id)
            #expect(now.output.contains("caller_hung_up"), "\(now.output)")
            #expect(!now.output.contains(ConsoleUnderTest.words) && !now.output.contains(ConsoleUnderTest.phone))
            let revealed = try await test.ledgerline("state", id, "--reveal")
            #expect(
                revealed.output.contains(ConsoleUnderTest.words) && revealed.output.contains(ConsoleUnderTest.phone))

            let none = try await test.ledgerline("state", "\(UUID(value: 7))")
            #expect(none.code == 1 && none.output.contains("the log has no stream"), "\(none.output)")
        }
    }

    @Test(arguments: [
        (["tail", "--folow"], "unknown option --folow"), (["tail", "--limit", "0"], "--limit is a number from 1"),
        (["tail", "--limit"], "--limit needs a value"), (["tail", "--type", "call.endet"], "no event has the type"),
        (["tail", "--call", "7"], "--call is an id such as"), (["tail", "everything"], "one word too many"),
        (["state"], "CALL is missing"), (["state", "17"], "CALL is an id such as"),
        (["state", "0198c5a2-7a00-7000-8000-000000000001", "--at", "x"], "--at is a number from 1"),
        (["consumers", "calls"], "named like calls@1"), (["dead-letters"], "list, replay or discard?"),
        (["dead-letters", "burn"], "dead-letters can't burn"),
        (["dead-letters", "replay", "calls@1"], "STREAM is missing"),
        (["dead-letters", "discard", "calls@1", "0198c5a2-7a00-7000-8000-000000000001"], "LETTER is missing"),
        (["dead-letters", "list", "--state", "lost"], "--state is parked, resolved or discarded"),
        (["jobs", "burn"], "jobs can't burn"), (["jobs", "show"], "JOB is missing"),
        (["jobs", "cancel", "x"], "JOB is a number"), (["jobs", "list", "--state", "lost"], "--state is one of"),
        (["rebuild"], "calls@VERSION is missing"), (["rebuild", "letters@2"], "there is no read model letters"),
        (["rebuild", "calls@0"], "named like calls@1"),
    ])
    func `what is not understood is answered with the reason and the guide`(arguments: [String], reason: String)
        async throws
    {
        let answer = try await ConsoleUnderTest.ledgerline(arguments)
        #expect(answer.code == 2)
        #expect(answer.output.contains(reason), "\(answer.output)")
        #expect(answer.output.contains("usage: ledgerline \(arguments[0])"))
    }

    /// All at once, since each tries for a while.
    @Test func `without a database each says so, and what to look at`() async throws {
        let commands = [
            ["tail"], ["state", "0198c5a2-7a00-7000-8000-000000000001"], ["consumers"], ["dead-letters", "list"],
            ["jobs"], ["rebuild", "calls@2"],
        ]
        try await withThrowingTaskGroup(of: (String, ConsoleUnderTest.Answer).self) { group in
            for command in commands {
                group.addTask { (command[0], try await ConsoleUnderTest.ledgerline(command)) }
            }
            for try await (name, answer) in group {
                #expect(answer.code == 1)
                #expect(
                    answer.output.hasPrefix("ledgerline \(name): the database can't be reached"), "\(answer.output)")
                #expect(answer.output.contains("DATABASE_URL"))
            }
        }
    }

    @Test func `a database without tables is sent to migrate`() async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                let answer = try await ConsoleUnderTest.ledgerline(["tail"], database: url)
                #expect(answer.code == 1 && answer.output.contains("`ledgerline migrate`"), "\(answer.output)")
            }
        }
    }

    @Test(arguments: ["tail", "state", "consumers", "dead-letters", "rebuild", "jobs"])
    func `help is given gladly for every command`(command: String) async throws {
        let answer = try await ConsoleUnderTest.ledgerline([command, "--help"])
        #expect(answer.code == 0)
        #expect(answer.output.contains("usage: ledgerline \(command)"))
        #expect(answer.output.contains("DATABASE_URL"))
    }
}
