import TestKit

@testable import Postgres

extension PrivatePostgres {
    /// Where it listens on 127.0.0.1.
    var port: UInt16 {
        get throws {
            guard let port = UInt16(try PostgresConfiguration(url).value(of: "port") ?? "") else {
                throw Services.Failure(description: "the private server has no port")
            }
            return port
        }
    }

    /// By TCP, for which it asks no password; as the superuser where that is needed.
    func address(as role: String = "ledgerline") throws -> String {
        "postgresql://\(role)@127.0.0.1:\(try port)/ledgerline"
    }
}
