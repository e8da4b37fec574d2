/// Reads settings one after another, remembers every problem, and so finds them all in one start.
///
/// Reading a setting declares it: the same code gives the values, the guide (`SettingsGuide`) and the names we know. A
/// setting that can't be read gives its default, so that reading goes on; `finish` then refuses.
package struct SettingsReader {
    /// What stands in when nothing is set.
    package enum Fallback: Sendable {
        case always(String)
        /// Production must set it, and to something else.
        case outsideProduction(String)
    }

    /// Whether a setting without a default must be there.
    package enum Need: Sendable {
        case optional
        case inProduction
    }

    /// Words that people leave in examples; production takes none of them for a secret.
    static let placeholders: Set<String> = [
        "changeme", "change-me", "change_me", "development", "development-secret", "dev", "secret", "test", "password",
        "example", "postgres", "placeholder", "todo", "your-api-key", "your-secret",
    ]

    package private(set) var environment = Environment.development
    private(set) var entries: [SettingsGuide.Entry] = []
    private var problems: [SettingsError.Problem] = []
    private let source: SettingsSource

    package init(_ source: SettingsSource) {
        self.source = source
        environment = read(
            "LEDGERLINE_ENV", as: .choice(of: Environment.self), else: .always("development"),
            "Which rules apply: production refuses missing and well-known secrets.")
    }

    /// A setting that always has a value.
    package mutating func read<Value>(
        _ names: SettingNames, as kind: SettingKind<Value>, else fallback: Fallback, _ help: String
    ) -> Value {
        let standIn: String
        let need: Need
        switch fallback {
        case .always(let text): (standIn, need) = (text, .optional)
        case .outsideProduction(let text): (standIn, need) = (text, .inProduction)
        }
        declare(names, kind, standIn: standIn, need, help)
        if let value = value(names, kind, need, refusing: need == .inProduction ? standIn : nil) { return value }
        do {
            return try kind.parse(standIn)
        } catch {
            preconditionFailure("the default of \(names.shown) \(error.reason)")
        }
    }

    /// A setting that may be absent.
    package mutating func find<Value>(
        _ names: SettingNames, as kind: SettingKind<Value>, needed need: Need = .optional, _ help: String
    ) -> Value? {
        declare(names, kind, standIn: nil, need, help)
        return value(names, kind, need, refusing: nil)
    }

    /// Production needs at least one of several; `found` says whether there is one.
    package mutating func requireOne(of names: [String], found: Bool) {
        guard environment == .production, !found else { return }
        problems.append(
            .init(
                name: names.joined(separator: " or "), fault: "is not set", expected: "one of them in production",
                example: "\(names[0])=…"))
    }

    /// Names with our prefix that no process knows, most likely typing errors.
    package func unknown(knowing others: Set<String> = []) -> [UnknownSetting] {
        let known = others.union(entries.flatMap(\.accepted))
        return source.variables.keys.filter { $0.hasPrefix("LEDGERLINE_") && !known.contains($0) }.sorted().map {
            UnknownSetting(name: $0, among: known)
        }
    }

    /// Ends the reading. Throws everything that was wrong, at once.
    package func finish() throws(SettingsError) {
        if !problems.isEmpty { throw SettingsError(problems: problems) }
    }

    // MARK: - One setting

    private mutating func declare<Value>(
        _ names: SettingNames, _ kind: SettingKind<Value>, standIn: String?, _ need: Need, _ help: String
    ) {
        entries.append(
            .init(
                names: names.all, expected: kind.expected, standIn: standIn, isSecret: kind.visibility == .secret,
                isNeededInProduction: need == .inProduction, help: help))
    }

    private mutating func value<Value>(
        _ names: SettingNames, _ kind: SettingKind<Value>, _ need: Need, refusing known: String?
    ) -> Value? {
        // The name that was set, so that a person finds the line to mend.
        var name = names.shown
        var quoted = ""
        do throws(SettingFault) {
            guard let found = try text(names, kind.visibility, &name) else {
                if need == .inProduction, environment == .production { throw SettingFault("is not set") }
                return nil
            }
            if kind.visibility == .shown { quoted = " (it is \"\(found.prefix(60))\")" }
            if environment == .production {
                if found == known { throw SettingFault("is the default for development, which everybody knows") }
                if kind.visibility == .secret, Self.placeholders.contains(found.lowercased()) {
                    throw SettingFault("is a placeholder, which everybody knows")
                }
            }
            return try kind.parse(found)
        } catch {
            problems.append(
                .init(
                    name: name, fault: error.reason + quoted, expected: kind.expected,
                    example: "\(name)=\(kind.example)"))
            return nil
        }
    }

    /// The text of the first name that is set. An empty one counts as absent, because deployment tools write it so.
    private func text(_ names: SettingNames, _ visibility: SettingVisibility, _ found: inout String)
        throws(SettingFault) -> String?
    {
        for name in names.all {
            let direct = variable(name)
            let path = visibility == .secret ? variable("\(name)_FILE") : nil
            guard direct != nil || path != nil else { continue }
            found = name
            guard let path else { return direct }
            guard direct == nil else { throw SettingFault("is set twice, as \(name) and as \(name)_FILE") }
            let text = try source.file(at: path)
            guard !text.isEmpty else { throw SettingFault("names an empty file") }
            return text
        }
        return nil
    }

    private func variable(_ name: String) -> String? {
        guard let text = source.variables[name]?.trimmed, !text.isEmpty else { return nil }
        return text
    }
}
