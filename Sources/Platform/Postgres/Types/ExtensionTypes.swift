/// The numbers that this server gave to the types of extensions; 0 where the extension is not installed.
struct ExtensionTypes: Sendable {
    var vector: UInt32 = 0
    var halfvec: UInt32 = 0
    var vectorArray: UInt32 = 0
    var halfvecArray: UInt32 = 0

    /// The number to send. 0 lets the server find out by itself, which it mostly can.
    func oid(of type: PostgresType) -> UInt32 {
        switch type {
        case .vector: vector
        case .halfvec: halfvec
        case .vectorArray: vectorArray
        case .halfvecArray: halfvecArray
        default: type.oid
        }
    }

    /// The type of a column that came with number `oid`.
    func type(of oid: UInt32) -> PostgresType {
        if oid < PostgresType.firstInstalled { return PostgresType(oid: oid) }
        switch oid {
        case vector: return .vector
        case halfvec: return .halfvec
        case vectorArray: return .vectorArray
        case halfvecArray: return .halfvecArray
        default: return PostgresType(oid: oid)
        }
    }
}
