import CPostgres
import Glibc

/// Where the server is and how it is spoken to.
package struct PostgresConfiguration: Sendable {
    package enum StatementNames: Sendable, Equatable {
        /// Statements are prepared once per connection; so many are remembered.
        case cached(limit: Int)
        /// Nothing is kept on the server.
        case unnamed
    }

    /// libpq's keywords and values, as the URL or DSN gave them. Holds the password.
    private(set) var parameters: [(keyword: String, value: String)]

    package var applicationName = "ledgerline"
    package var statementNames = StatementNames.cached(limit: 256)
    /// A transaction pooler such as pgbouncer stands before the server: statements are unnamed then, and whatever changes
    /// a session is refused, for it would be another's next. Neither `statementTimeout` nor `searchPath` pass one: they
    /// are the role's there (`ALTER ROLE … SET`).
    package var isBehindPooler = false
    /// Names, TCP, TLS and authentication together.
    package var connectDeadline = Duration.seconds(10)
    /// For a statement that names no time-out of its own.
    package var queryDeadline = Duration.seconds(30)
    /// The server's own limit, in case that this process is gone; nil leaves what the server is set to.
    package var statementTimeout: Duration? = .seconds(60)
    /// How long a cancelled or overdue statement may keep its connection before it is closed.
    package var cancelGrace = Duration.seconds(2)
    /// How long sent bytes may stay without an answer of the peer's kernel, and a connection attempt per address.
    package var unansweredMax = Duration.seconds(10)
    /// What names without a schema are looked up in; nil leaves what the server is set to.
    package var searchPath: [Identifier] = []

    /// From `postgres://…`, `postgresql://…` or `keyword=value …`, as libpq reads them. Several hosts,
    /// `target_session_attrs`, `sslmode` and its relatives mean what they mean there.
    package init(_ address: String) throws(PostgresError) {
        // libpq's complaint may quote the password; ours must not.
        guard let options = unsafe PQconninfoParse(address, nil) else {
            throw PostgresError(.invalidConfiguration("the database URL is malformed"))
        }
        defer { unsafe PQconninfoFree(options) }
        parameters = []
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe parameters.append((String(cString: keyword), String(cString: value)))
            }
            unsafe option += 1
        }
        if parameters.contains(where: { $0.keyword == "service" }) {
            throw PostgresError(.invalidConfiguration("service files are not read"))
        }
    }

    var keepsStatements: Bool { statementNames != .unnamed && !isBehindPooler }

    func value(of keyword: String) -> String? {
        parameters.last { $0.keyword == keyword }?.value
    }

    package var database: String? { value(of: "dbname") }

    /// The same server, another database.
    package func with(database: String) -> PostgresConfiguration {
        var other = self
        other.parameters.removeAll { $0.keyword == "dbname" }
        other.parameters.append(("dbname", database))
        return other
    }

    /// What libpq gets, once the hosts have addresses.
    func parameters(for hosts: [ResolvedHost]) -> [(keyword: String, value: String)] {
        let own: Set = ["host", "hostaddr", "port", "options"]
        var all: [(keyword: String, value: String)] = [
            ("fallback_application_name", applicationName), ("client_encoding", "UTF8"), ("keepalives_idle", "15"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(unansweredMax.wholeMilliseconds)"),
        ]
        let given = Set(parameters.map(\.keyword))
        all.removeAll { given.contains($0.keyword) }
        all += parameters.filter { !own.contains($0.keyword) }
        all.append(("host", hosts.map(\.name).joined(separator: ",")))
        all.append(("hostaddr", hosts.map(\.address).joined(separator: ",")))
        all.append(("port", hosts.map(\.port).joined(separator: ",")))
        all.append(("options", options))
        return all
    }

    private var options: String {
        var options = value(of: "options") ?? ""
        // A pooler refuses them: its sessions are other people's too.
        if isBehindPooler { return options }
        if let statementTimeout { options += " -c statement_timeout=\(statementTimeout.wholeMilliseconds)" }
        if !searchPath.isEmpty {
            // Spaces and backslashes separate and escape here.
            let path = searchPath.map(\.quoted).joined(separator: ",")
                .split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
                .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "\\ ")
            options += " -c search_path=\(path)"
        }
        return options
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
