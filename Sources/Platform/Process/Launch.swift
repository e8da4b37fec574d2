import Glibc
import HTTP
import Loop
package import Service

/// The beginning and the end of a process, for `main`.
package enum Launch {
    /// What a process says to whoever started it, after `sysexits.h`.
    private enum ExitCode {
        static let usage: Int32 = 64
        static let settings: Int32 = 78
        static let opening: Int32 = 69
    }

    /// Reads the arguments and settings, opens a station, works until a signal or a failure, and ends the process.
    ///
    /// `known` are the settings of all processes together: what has our prefix and is none of them is warned of.
    ///
    /// SIGTERM and SIGINT drain and stop; a second one ends at once.
    package static func process<Settings: Sendable>(
        _ identity: ProcessIdentity, read: (inout SettingsReader) -> Settings,
        common: KeyPath<Settings, CommonSettings>, port: KeyPath<Settings, UInt16>, known: Set<String>,
        duties: @escaping @Sendable (Station, Settings) async throws -> Duties
    ) -> Never {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.contains("--help") || arguments.contains("-h") {
            print(help(identity, SettingsGuide(read)))
            exit(0)
        }
        if let unknown = arguments.first(where: { $0 != "--check" }) {
            complain("\(identity.name): unknown argument \(unknown); --help says more")
            exit(ExitCode.usage)
        }
        let (settings, unknown) = settings(identity, read, known)
        let plan = StationPlan(identity, settings[keyPath: common], port: settings[keyPath: port])
        if arguments.contains("--check") { exit(check(plan, unknown)) }
        exit(work(plan, unknown) { try await duties($0, settings) })
    }

    // MARK: - Before the loops

    private static func settings<Settings>(
        _ identity: ProcessIdentity, _ read: (inout SettingsReader) -> Settings, _ known: Set<String>
    ) -> (Settings, [UnknownSetting]) {
        var reader = SettingsReader(.process)
        let settings = read(&reader)
        do throws(SettingsError) {
            try reader.finish()
        } catch {
            complain("\(identity.name) can't start: \(error)")
            exit(ExitCode.settings)
        }
        return (settings, reader.unknown(knowing: known))
    }

    private static func check(_ plan: StationPlan, _ unknown: [UnknownSetting]) -> Int32 {
        for name in unknown { complain("warning: \(name)") }
        do {
            _ = try WorkbenchPlan(plan.settings, process: plan.identity.name, loopCount: 1)
        } catch {
            complain("\(plan.identity.name) can't start: \(error)")
            return ExitCode.settings
        }
        print("\(plan.identity.name): the settings are good")
        return 0
    }

    private static func help(_ identity: ProcessIdentity, _ guide: SettingsGuide) -> String {
        """
        \(identity.name) \(ProcessIdentity.version) — \(identity.purpose)

        usage: \(identity.name) [--check] [--help]

          --check   says whether the settings are good, and ends
          --help    says this, and ends

        Settings are read from the environment:

        \(guide)
        """
    }

    // MARK: - With the loops

    private static func work(
        _ plan: StationPlan, _ unknown: [UnknownSetting], _ duties: @escaping @Sendable (Station) async throws -> Duties
    ) -> Int32 {
        // Before there is any other thread.
        Signals.block([.terminate, .interrupt])
        do {
            let writer = try LogWriter(process: plan.identity.role, format: plan.settings.logFormat)
            let log = Log(writer, threshold: plan.settings.logLevel)
            defer { writer.close() }
            for name in unknown { log.warn("unknown_setting", .harmless("setting", name)) }
            let count = plan.settings.loops ?? Loops.coreCount
            let outcome = try Loops.run(count) { loops in
                try await open(plan, on: loops, writer, log, duties)
            }
            log.info("ended", .count("exit_code", Int(outcome.exitCode)))
            return outcome.exitCode
        } catch {
            complain("\(plan.identity.name) can't start: \(describe(error))")
            return ExitCode.opening
        }
    }

    private static func open(
        _ plan: StationPlan, on loops: Loops, _ writer: LogWriter, _ log: Log,
        _ duties: @Sendable (Station) async throws -> Duties
    ) async throws -> ServiceGroup.Outcome {
        let metrics = Metrics()
        metrics.collect(from: loops.all)
        metrics.collect(from: writer)
        metrics.collect(ProcessUsage().collect)
        log.info(
            "starting", .kind("environment", plan.settings.environment), .count("loops", loops.all.count),
            .harmless("database", plan.settings.database), .harmless("redis", plan.settings.redis))
        var signals: Signals?
        defer { signals?.close() }
        return try await Station.run(
            plan, on: loops, log: log, metrics: metrics, exitNow: leave,
            started: { stop in
                signals = try Signals([.terminate, .interrupt], on: loops.first) { kind in
                    log.info("signal", .count("number", Int(kind.number)))
                    stop()
                }
            }, duties: duties)
    }

    /// Ends the process without tidying up; the log's thread gets a moment for its last lines.
    @Sendable private static func leave() {
        usleep(20_000)
        _exit(1)
    }

    private static func describe(_ error: any Error) -> String {
        (error as? any Harmless)?.description ?? "\(type(of: error))"
    }

    private static func complain(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    }
}
