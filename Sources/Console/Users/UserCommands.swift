import Crypto
import Domain
import Glibc
import Postgres
import Service
import Store
import Wire

/// Making and listing users.
enum UserCommands {
    static let passwordMin = 12

    static func create(_ arguments: [String]) throws {
        let arguments = try Arguments(
            arguments, flags: ["--new-organization", "--json"],
            values: ["--email", "--organization", "--role", "--name"])
        _ = try arguments.words()
        guard let email = try arguments.value("--email"), email.contains("@"), (3...320).contains(email.count) else {
            throw UsageError("--email needs an address")
        }
        guard let organization = try arguments.value("--organization") else {
            throw UsageError("--organization is missing")
        }
        let isNew = arguments.has("--new-organization")
        let role = try role(try arguments.value("--role"), isNew ? .owner : .viewer)
        let name = try arguments.value("--name").map { Private($0) }
        let printer = Printer(isJSON: arguments.has("--json"))
        let hash = try PasswordHash.make(from: Crypto.Secret(text: try password()))
        try Database.with { pool in
            let store = IdentityStore(pool, log: try await EventLog.read(through: .pool(pool)))
            let id = try await self.organization(organization, isNew: isNew, store)
            do {
                let user = try await store.createUser(
                    email: Private(email), name: name, hash: hash, role: role, in: id)
                printer.show(
                    "made user \(user), \(role.rawValue) of \(id)",
                    .object([
                        ("user_id", .of(user)), ("organization_id", .of(id)), ("role", .string(role.rawValue)),
                    ]))
            } catch let refusal as IdentityStore.CreationRefusal {
                throw Trouble("\(refusal)")
            }
        }
    }

    static func list(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--reveal", "--json"])
        _ = try arguments.words()
        let printer = Printer(isJSON: arguments.has("--json"))
        let isRevealing = arguments.has("--reveal")
        try Database.with { pool in
            let users = try await IdentityStore(pool, log: try await EventLog.read(through: .pool(pool))).users()
            let rows = users.map { user in
                [
                    "\(user.id)", isRevealing ? user.email.revealed : RedactedPayload.mark, user.role.rawValue,
                    user.organizationName, user.isDisabled ? "disabled" : "",
                ]
            }
            if printer.isJSON {
                for (user, row) in zip(users, rows) {
                    printer.show(
                        "",
                        .object([
                            ("user_id", .of(user.id)), ("email", .string(row[1])), ("role", .string(row[2])),
                            ("organization_id", .of(user.organization)), ("organization", .string(row[3])),
                            ("disabled", .bool(user.isDisabled)),
                        ]))
                }
            } else {
                print(Printer.table(["user", "address", "role", "organization", ""], rows))
            }
        }
    }

    private static func organization(
        _ text: String, isNew: Bool, _ store: IdentityStore
    ) async throws -> OrganizationID {
        if let found = try await store.organization(text) {
            guard !isNew else {
                throw Trouble("there is an organization \(text) already: leave out --new-organization")
            }
            return found
        }
        guard isNew else { throw Trouble("there is no organization \(text): --new-organization makes it") }
        return try await store.createOrganization(named: text)
    }

    private static func role(_ word: String?, _ usual: UserRole) throws -> UserRole {
        guard let word else { return usual }
        guard let role = UserRole(rawValue: word) else {
            throw UsageError("--role is one of \(UserRole.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }

    /// A line of standard input; a terminal does not show it.
    private static func typed() -> String {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine() ?? "" }
        Console.complain("password:")
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return readLine() ?? ""
    }

    private static func password() throws -> String {
        let text = try PasswordSettings(.process).password?.revealed ?? typed()
        guard text.unicodeScalars.count >= passwordMin else {
            throw Trouble(
                "the password needs at least \(passwordMin) characters: set LEDGERLINE_PASSWORD, or pipe it in")
        }
        return text
    }
}
