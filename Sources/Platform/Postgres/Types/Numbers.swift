extension Int: PostgresValue {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout BindBytes) { bytes.append(Int64(self)) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Int {
        Int(try anyInteger(bytes, type))
    }
}

extension Int64: PostgresValue {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout BindBytes) { bytes.append(self) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Int64 {
        try anyInteger(bytes, type)
    }
}

extension Int32: PostgresValue {
    package static var postgresType: PostgresType { .int4 }
    package func encode(into bytes: inout BindBytes) { bytes.append(self) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Int32 {
        guard let value = Int32(exactly: try anyInteger(bytes, type)) else { throw .outOfRange }
        return value
    }
}

extension Int16: PostgresValue {
    package static var postgresType: PostgresType { .int2 }
    package func encode(into bytes: inout BindBytes) { bytes.append(self) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Int16 {
        guard let value = Int16(exactly: try anyInteger(bytes, type)) else { throw .outOfRange }
        return value
    }
}

/// Whatever width the column has: `count(*)` is an int8, and nobody wants to think of it.
private func anyInteger(_ bytes: RawSpan, _ type: PostgresType) throws(PostgresMismatch) -> Int64 {
    switch type {
    case .int8: try bytes.wholeNumber(Int64.self)
    case .int4: Int64(try bytes.wholeNumber(Int32.self))
    case .int2: Int64(try bytes.wholeNumber(Int16.self))
    default: throw .wrongType
    }
}

/// Has no Postgres number of its own: it stands for the one-byte type `"char"`, and an array of it for `bytea`.
extension UInt8: PostgresValue {
    package static var postgresType: PostgresType { .char }
    package static var postgresArrayType: PostgresType { .bytea }
    package func encode(into bytes: inout BindBytes) { bytes.append(self) }
    package static func encodeArray(_ array: [UInt8], into bytes: inout BindBytes) { bytes.append(array) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> UInt8 {
        guard type == .char else { throw .wrongType }
        return try bytes.wholeNumber(UInt8.self)
    }

    package static func decodeArray(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> [UInt8] {
        guard type == .bytea else { throw .wrongType }
        return bytes.array()
    }
}

extension Double: PostgresValue {
    package static var postgresType: PostgresType { .float8 }
    package func encode(into bytes: inout BindBytes) { bytes.append(bitPattern) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Double {
        switch type {
        case .float8: Double(bitPattern: try bytes.wholeNumber(UInt64.self))
        case .float4: Double(Float(bitPattern: try bytes.wholeNumber(UInt32.self)))
        default: throw .wrongType
        }
    }
}

extension Float: PostgresValue {
    package static var postgresType: PostgresType { .float4 }
    package func encode(into bytes: inout BindBytes) { bytes.append(bitPattern) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Float {
        guard type == .float4 else { throw .wrongType }
        return Float(bitPattern: try bytes.wholeNumber(UInt32.self))
    }
}

extension Bool: PostgresValue {
    package static var postgresType: PostgresType { .bool }
    package func encode(into bytes: inout BindBytes) { bytes.append(self ? UInt8(1) : 0) }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Bool {
        guard type == .bool else { throw .wrongType }
        return try bytes.wholeNumber(UInt8.self) != 0
    }
}
