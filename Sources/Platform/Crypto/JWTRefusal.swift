/// Why a token is not accepted. For logs and counters: whoever presented it learns only that it is not.
package enum JWTRefusal: Error, Equatable, CustomStringConvertible {
    /// The name of a claim or header member, never its value.
    package struct Name: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        package let description: String

        package init(stringLiteral name: String) { description = name }
        init(_ name: StaticString) { description = name.description }
    }

    case tooLarge
    /// Not three parts of strict Base64 around JSON objects without repeated keys.
    case malformed
    /// The token demands understanding of an extension (`crit`), and there is none.
    case criticalExtension
    /// No `kid`, or none of ours.
    case unknownKey
    /// The token claims another algorithm than its key has; `none` is always another.
    case wrongAlgorithm
    case badSignature
    /// A token made for another purpose.
    case wrongType
    case missing(Name)
    case unusable(Name)
    case expired
    case notYetValid
    case issuedInFuture
    case wrongIssuer
    case wrongAudience

    package var description: String {
        switch self {
        case .tooLarge: "too large"
        case .malformed: "malformed"
        case .criticalExtension: "demands an extension"
        case .unknownKey: "unknown key"
        case .wrongAlgorithm: "wrong algorithm"
        case .badSignature: "bad signature"
        case .wrongType: "wrong type"
        case .missing(let name): "\(name) is missing"
        case .unusable(let name): "\(name) cannot be used"
        case .expired: "expired"
        case .notYetValid: "not yet valid"
        case .issuedInFuture: "issued in the future"
        case .wrongIssuer: "wrong issuer"
        case .wrongAudience: "wrong audience"
        }
    }
}
