/// The server's five-character condition. The first two name the class.
package struct SQLState: Hashable, Sendable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) { self.code = code }

    package static let connectionException = SQLState("08000")
    package static let cannotConnect = SQLState("08001")
    package static let connectionFailure = SQLState("08006")
    package static let featureNotSupported = SQLState("0A000")
    package static let invalidTextRepresentation = SQLState("22P02")
    package static let divisionByZero = SQLState("22012")
    package static let notNullViolation = SQLState("23502")
    package static let foreignKeyViolation = SQLState("23503")
    package static let uniqueViolation = SQLState("23505")
    package static let checkViolation = SQLState("23514")
    package static let exclusionViolation = SQLState("23P01")
    package static let inFailedTransaction = SQLState("25P02")
    package static let insufficientPrivilege = SQLState("42501")
    package static let invalidStatementName = SQLState("26000")
    package static let serializationFailure = SQLState("40001")
    package static let deadlockDetected = SQLState("40P01")
    package static let syntaxError = SQLState("42601")
    package static let undefinedColumn = SQLState("42703")
    package static let undefinedTable = SQLState("42P01")
    package static let duplicateTable = SQLState("42P07")
    package static let tooManyConnections = SQLState("53300")
    package static let lockNotAvailable = SQLState("55P03")
    package static let queryCanceled = SQLState("57014")
    package static let adminShutdown = SQLState("57P01")
    package static let crashShutdown = SQLState("57P02")
    package static let cannotConnectNow = SQLState("57P03")
    package static let raisedException = SQLState("P0001")

    /// Whether this condition belongs to the class of these two characters.
    package func isOf(class name: String) -> Bool { code.hasPrefix(name) }

    package var description: String { code }
}
