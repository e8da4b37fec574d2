extension Command {
    static let user = Command(
        name: "user",
        summary: "makes and lists the users of the API",
        guide: """
            ledgerline user — who may sign in

            usage: ledgerline user create --email ADDRESS --organization NAME [--role ROLE] [--name NAME]
                                          [--new-organization] [--json]
                   ledgerline user list [--reveal] [--json]

            create   makes a user; the password is read from LEDGERLINE_PASSWORD, else from standard input
              --organization NAME   its name or id
              --new-organization    makes the organization as well
              --role ROLE           owner, admin, developer, analyst or viewer; default viewer, and owner of a new organization
            list     users with their organizations and roles
              --reveal              shows their addresses; otherwise they read "(private)"

            A password has at least \(UserCommands.passwordMin) characters. It is never taken from the command line, where other users of the
            machine could read it.

            \(ConsoleSettings.guide)
              LEDGERLINE_PASSWORD   the new user's password
            """
    ) { arguments in
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "create": try UserCommands.create(rest)
        case "list": try UserCommands.list(rest)
        case let word?: throw UsageError("user can't \(word)")
        case nil: throw UsageError("create or list?")
        }
    }
}
