extension Command {
    static let settings = Command(
        name: "settings",
        summary: "lists every setting of every program",
        guide: """
            ledgerline settings — every setting of the three processes and of this command, as the code reads them

            usage: ledgerline settings [--markdown]

              --markdown   as the page docs/configuration.md
            """
    ) { arguments in
        let options = try Arguments(arguments, flags: ["--markdown"])
        _ = try options.words()
        print(options.has("--markdown") ? SettingsPage.markdown : SettingsPage.text, terminator: "")
    }
}
