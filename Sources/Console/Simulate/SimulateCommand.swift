import Crypto
import Domain
import Glibc
import HTTP
import Loop
import Postgres
import Providers
import Service
import Simulators
import Store
import Wire

/// `simulate`: prepares the carrier, plays a story, judges what came of it.
enum SimulateCommand {
    static func prepare(_ settings: SimulateSettings) throws {
        if access(settings.desk, F_OK) != 0 {
            let desk = CarrierDesk.make(port: CarrierDesk.port)
            try Files.write(desk.bytes() + [10], to: settings.desk, mode: 0o600, mustBeNew: true)
        }
        print(try CarrierDesk(settings.desk).environment)
    }

    static func play(_ options: SimulateOptions, _ settings: SimulateSettings) throws {
        let story = try Story(json: Files.read(options.script))
        let desk = try CarrierDesk(settings.desk)
        let printer = Printer(isJSON: options.isJSON)
        printer.say(story.about + "\n")
        printer.flush()
        try makeOwner(desk)
        let url = settings.house.revealed
        let outcomes = try Loops.run(1, name: "simulate") { loops in
            let loop = loops.first
            let client = HTTPClient(loop: loop)
            let result: Result<[Rehearsal.Outcome], any Error>
            do { result = .success(try await rehearse(story, desk, url, client, printer, on: loop)) } catch {
                result = .failure(error)
            }
            client.shutdown()
            return try result.get()
        }
        let sounds = outcomes.compactMap(\.sound)
        if let path = options.wav, !sounds.isEmpty {
            let file = StereoFile.bytes(left: sounds.flatMap(\.caller), right: sounds.flatMap(\.agent))
            try Files.write(file, to: path)
            printer.say("\nWhat both sides heard is in \(path).")
        }
        try judge(story, outcomes, printer)
    }

    private static func rehearse(
        _ story: Story, _ desk: CarrierDesk, _ url: String, _ client: HTTPClient, _ printer: Printer, on loop: Loop
    ) async throws -> [Rehearsal.Outcome] {
        guard let voice = try CallerVoice.ours(on: loop) else {
            throw Trouble("nobody can speak for the caller: `make doctor` says how to install flite")
        }
        let house = HouseClient(client, url: url)
        try await house.signIn(email: desk.email, password: desk.password)
        let address = "http://127.0.0.1:\(desk.port)"
        let agent = try await StageSetting(
            house: house, story: story, agent: story.agent(toolsAt: { address + ToolSimulator.path(of: $0) })
        ).prepare()
        var settings = TelnyxSimulator.Settings()
        settings.webhookURL = url + "/webhooks/telnyx/call"
        settings.keepsSound = true
        // Each run is another carrier to the log.
        settings.series = .random(in: 1 ... .max)
        let carrier = TelnyxSimulator(on: loop, key: desk.apiKey, webhookKey: desk.webhookKey, settings)
        let tools = ToolSimulator(
            on: loop,
            story.tools.mapValues { ToolSimulator.Tool(.result($0.result), after: .milliseconds($0.after)) })
        // Only what this organization's agents ask is answered.
        let secret = try await house.done(.get, "/organization/tool-secret")["secret"]?.text?.dropFirst(6)
        tools.secrets = secret.flatMap { try? Base64.standard.decode(String($0)) }.map { [Crypto.Secret(copying: $0)] }
        let world: SimulatedWorld
        do { world = try await SimulatedWorld.open(on: loop, telnyx: carrier, tools: tools, port: desk.port) } catch {
            carrier.shutdown()
            throw Trouble("the simulated carrier can't listen on port \(desk.port): \(error). Does another call run?")
        }
        let result: Result<[Rehearsal.Outcome], any Error>
        do {
            var outcomes: [Rehearsal.Outcome] = []
            for (number, call) in story.calls.enumerated() {
                if number > 0 { printer.say("\nThe same person, a little later.\n") }
                let rehearsal = Rehearsal(call, house, carrier, on: loop, tell: teller(printer))
                outcomes.append(try await rehearsal.play(agent: agent, voice))
            }
            result = .success(outcomes)
        } catch { result = .failure(error) }
        // The carrier still has its last words to deliver, and to be told that the call is over.
        try await loop.sleep(for: .milliseconds(300))
        carrier.shutdown()
        await world.server.drain(within: .seconds(1))
        return try result.get()
    }

    private static func teller(_ printer: Printer) -> (CallFactView) -> Void {
        var timeline = Timeline()
        return { fact in
            if printer.isJSON {
                printer.show("", fact.document)
            } else if let line = timeline.line(fact) {
                printer.say(line)
            }
            printer.flush()
        }
    }

    /// The first time there is nobody yet: an owner can't be made through the API.
    private static func makeOwner(_ desk: CarrierDesk) throws {
        let hash = try PasswordHash.make(from: Crypto.Secret(text: desk.password))
        try Database.with { pool in
            let store = IdentityStore(pool, log: try await EventLog.read(through: .pool(pool)))
            if try await store.users().contains(where: { $0.email.revealed == desk.email }) { return }
            let organization: OrganizationID
            if let known = try await store.organization(CarrierDesk.organization) {
                organization = known
            } else {
                organization = try await store.createOrganization(named: CarrierDesk.organization)
            }
            do {
                try await store.createUser(email: Private(desk.email), hash: hash, role: .owner, in: organization)
            } catch let refusal as IdentityStore.CreationRefusal {
                throw Trouble("the demo's owner can't be made: \(refusal)")
            }
        }
    }

    private static func judge(_ story: Story, _ outcomes: [Rehearsal.Outcome], _ printer: Printer) throws {
        let points = zip(story.calls, outcomes).flatMap { call, outcome in
            call.expectations.judge(outcome.facts, memories: outcome.memories)
        }
        let calls = outcomes.map(\.call)
        printer.say("")
        for point in points {
            printer.say((point.isMet ? "  ✓ " : "  ✗ ") + point.what + (point.isMet ? "" : " — but: \(point.found)"))
        }
        let failed = points.count { !$0.isMet }
        printer.show(
            "\n\(calls.map { "call \($0)" }.joined(separator: ", ")): \(points.count - failed) of \(points.count) expectations met",
            .object([
                ("call_id", .string(calls.last ?? "")), ("met", .integer(Int64(points.count - failed))),
                ("failed", .integer(Int64(failed))),
                (
                    "points",
                    .array(
                        points.map {
                            .object([
                                ("what", .string($0.what)), ("met", .bool($0.isMet)), ("found", .string($0.found)),
                            ])
                        })
                ),
            ]))
        if failed > 0 { throw Trouble("\(failed) of \(points.count) expectations were not met") }
    }
}
