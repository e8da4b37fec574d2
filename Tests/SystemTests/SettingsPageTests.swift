import Foundation
import Service
import TestKit
import Testing

@testable import Console
@testable import Providers

/// `docs/configuration.md` says what the code reads.
struct SettingsPageTests {
    private static let path = BuiltProducts.repository.appending(path: "docs/configuration.md")

    @Test func `the page is what the command prints`() async throws {
        try await RunningProcess.with(BuiltProducts.executable("ledgerline"), ["settings", "--markdown"]) { process in
            #expect(await process.exit() == 0)
            if ProcessInfo.processInfo.environment["LEDGERLINE_RECORD"] != nil {
                try process.output.write(to: Self.path, atomically: true, encoding: .utf8)
            }
            let page = try String(contentsOf: Self.path, encoding: .utf8)
            #expect(page == process.output, "LEDGERLINE_RECORD=1 writes it anew")
        }
    }

    @Test func `each setting stands there once`() {
        let rows = SettingsPage.markdown.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let names = rows.compactMap { $0.firstMatch(of: /^\| `([A-Z0-9_]+)`/)?.1 }
        #expect(names.count == rows.count && Set(names).count == names.count && names.count > 60)
        for name in [
            "DATABASE_URL", "JWT_PRIVATE_KEY", "LEDGERLINE_JOURNAL", "LEDGERLINE_MIGRATIONS", "TELNYX_API_KEY",
        ] {
            #expect(names.contains { $0 == name }, "\(name)")
        }
    }

    @Test func `the processes know what only the console reads`() {
        let ours = SettingsPage.own.names.filter { $0.hasPrefix("LEDGERLINE_") }
        #expect(ours.isSubset(of: KnownSettings.names), "\(ours.subtracting(KnownSettings.names))")
    }

    @Test func `without the option it is for people`() async throws {
        try await RunningProcess.with(BuiltProducts.executable("ledgerline"), ["settings"]) { process in
            #expect(await process.exit() == 0)
            #expect(process.output.contains("  DATABASE_URL\n      The Postgres database.\n"))
            #expect(!process.output.contains("|"))
        }
    }
}
