import Providers
import Service

/// Every setting of every program of ours, drawn from the code that reads them.
enum SettingsPage {
    struct Part {
        let title: String
        let about: String
        let guide: SettingsGuide
    }

    /// What several programs read stands where it comes first.
    static var parts: [Part] {
        let (api, realtime) = (SettingsGuide { APISettings(&$0) }, SettingsGuide { RealtimeSettings(&$0) })
        let workers = SettingsGuide { WorkersSettings(&$0) }
        return [
            Part(title: "Each process", about: "", guide: SettingsGuide { CommonSettings(&$0) }),
            Part(
                title: "Carriers", about: "Each process reads these, as all of the next four parts.",
                guide: SettingsGuide { CarrierSettings(&$0) }),
            Part(
                title: "Who hears, speaks and thinks", about: "An agent can use what has a key here.",
                guide: SettingsGuide { ProviderSettings(&$0) }),
            Part(
                title: "Engines of our own", about: "They need no account: [local-agent.md](local-agent.md).",
                guide: SettingsGuide { LocalSettings(&$0) }),
            Part(title: "What we send", about: "", guide: SettingsGuide { WebhookSettings(&$0) }),
            Part(title: "What is sealed", about: "", guide: api.shared(with: [realtime, workers])),
            Part(title: "`ledgerline-api`", about: "", guide: api),
            Part(title: "`ledgerline-realtime`", about: "", guide: realtime),
            Part(title: "`ledgerline-workers`", about: "", guide: workers),
            Part(title: "`ledgerline`", about: "It reads `DATABASE_URL` as well.", guide: own),
        ]
    }

    /// What `ledgerline` itself reads.
    static var own: SettingsGuide {
        SettingsGuide { reader in
            _ = MigrateSettings(&reader)
            _ = PasswordSettings(&reader)
            _ = SimulateSettings(&reader)
        }
    }

    static var text: String {
        parts.map { "\($0.title.replacing("`", with: ""))\n\n\($0.guide)" }.joined(separator: "\n")
    }

    static var markdown: String {
        var told: Set<String> = []
        let tables = parts.compactMap { part in
            part.guide.table(after: &told).map { table in
                "\n## \(part.title)\n\n\(part.about.isEmpty ? "" : part.about + "\n\n")\(table)"
            }
        }
        return head + tables.joined()
    }

    private static let head = """
        # Configuration

        Settings come from the environment. This page is written by `ledgerline settings --markdown` from the code that reads them, and a
        test fails when it is not what that prints.

        * A process that finds a setting wrong says so for all of them at once, and does not start; `ledgerline-api --check` judges them
          and starts nothing. A name that begins with `LEDGERLINE_` and is no setting is warned of.
        * With `LEDGERLINE_ENV=production` what is marked as required must be there, and be none of the words that people leave in examples.
        * An empty value counts as absent. A secret may be in a file instead: `NAME_FILE` names it.
        * Where several names are given, the first that is set counts.

        What the scripts of a checkout read stands in [set-up.md](set-up.md#settings-of-the-scripts).

        """
}
