/// The type of a bind or column.
///
/// Built-in types have the same number in every server. The types of extensions get theirs when they are installed; they
/// have stand-ins here, which each connection translates (`ExtensionTypes`).
package struct PostgresType: Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package let oid: UInt32

    package init(oid: UInt32) { self.oid = oid }

    package static let bool = PostgresType(oid: 16)
    package static let bytea = PostgresType(oid: 17)
    package static let char = PostgresType(oid: 18)
    package static let name = PostgresType(oid: 19)
    package static let int8 = PostgresType(oid: 20)
    package static let int2 = PostgresType(oid: 21)
    package static let int4 = PostgresType(oid: 23)
    package static let text = PostgresType(oid: 25)
    package static let oid = PostgresType(oid: 26)
    package static let json = PostgresType(oid: 114)
    package static let float4 = PostgresType(oid: 700)
    package static let float8 = PostgresType(oid: 701)
    package static let unknown = PostgresType(oid: 705)
    package static let bpchar = PostgresType(oid: 1042)
    package static let varchar = PostgresType(oid: 1043)
    package static let date = PostgresType(oid: 1082)
    package static let timestamp = PostgresType(oid: 1114)
    package static let timestamptz = PostgresType(oid: 1184)
    package static let interval = PostgresType(oid: 1186)
    package static let numeric = PostgresType(oid: 1700)
    package static let uuid = PostgresType(oid: 2950)
    package static let jsonb = PostgresType(oid: 3802)
    package static let xid8 = PostgresType(oid: 5069)

    package static let vector = PostgresType(oid: .max)
    package static let halfvec = PostgresType(oid: .max - 1)
    package static let vectorArray = PostgresType(oid: .max - 2)
    package static let halfvecArray = PostgresType(oid: .max - 3)

    /// Types below were there when the server's data directory was made.
    static let firstInstalled: UInt32 = 16_384

    static func array(of element: PostgresType) -> PostgresType {
        guard let array = arrays[element] else { preconditionFailure("no array type is known for \(element)") }
        return array
    }

    private static let arrays: [PostgresType: PostgresType] = [
        .bool: 1000, .bytea: 1001, .char: 1002, .name: 1003, .int2: 1005, .int4: 1007, .text: 1009, .bpchar: 1014,
        .varchar: 1015, .int8: 1016, .float4: 1021, .float8: 1022, .oid: 1028, .timestamp: 1115, .date: 1182,
        .timestamptz: 1185, .interval: 1187, .json: 199, .xid8: 271, .numeric: 1231, .uuid: 2951, .jsonb: 3807,
    ].mapValues { PostgresType(oid: $0) }.merging([.vector: .vectorArray, .halfvec: .halfvecArray]) { first, _ in first
    }

    var hasExtensionElements: Bool { oid == Self.vectorArray.oid || oid == Self.halfvecArray.oid }
    var element: PostgresType { self == .vectorArray ? .vector : .halfvec }

    package var description: String { "type \(oid)" }
}
