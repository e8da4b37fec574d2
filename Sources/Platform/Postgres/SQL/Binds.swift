/// The values of a statement in binary form: one flat buffer and where each value lies in it.
struct Binds: Sendable {
    private struct Field: BitwiseCopyable, Sendable {
        var offset: Int32
        /// -1 is NULL.
        var length: Int32
        var type: PostgresType
    }

    private var bytes = BindBytes()
    private var fields = ShortList(filler: Field(offset: 0, length: -1, type: PostgresType(oid: 0)))

    init(reserving count: Int) {
        guard count > 0 else { return }
        fields.reserve(count)
        bytes.reserve(count * 16)
    }

    var count: Int { fields.count }
    var failure: Complaint? { bytes.failure }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        let offset = bytes.count
        var length = -1
        if !value.isPostgresNull {
            value.encode(into: &bytes)
            length = bytes.count - offset
        }
        append(Field(offset: Int32(clamping: offset), length: Int32(clamping: length), type: Value.postgresType))
    }

    mutating func append(_ other: Binds) {
        let base = bytes.count
        bytes.append(other.bytes)
        for index in 0..<other.fields.count {
            let field = other.fields[index]
            append(
                Field(offset: Int32(clamping: base + Int(field.offset)), length: field.length, type: field.type))
        }
    }

    private mutating func append(_ field: Field) {
        if bytes.count > BindBytes.countMax { bytes.fail(.invalidParameter("more than 1 GB of values")) }
        if fields.count == SQL.bindsMax { bytes.fail(.invalidParameter("more than \(SQL.bindsMax) values")) }
        fields.append(field)
    }

    /// Lends the values as libpq takes them, and how many there are. The pointers are good inside `body` only.
    func withPointers(
        _ extensions: ExtensionTypes,
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Int32
    ) -> Int32 {
        let count = fields.count
        if count == 0 { return body(0, nil, nil, nil) }
        var bytes = bytes
        for index in 0..<count {
            let field = fields[index]
            guard field.type.hasExtensionElements, field.length > 0 else { continue }
            bytes.patch(extensions.oid(of: field.type.element), at: Int(field.offset) + 8)
        }
        return unsafe bytes.withUnsafeBytes { raw in
            unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { numbers in
                    for index in 0..<count {
                        let field = fields[index]
                        // An empty value needs a pointer too: without one it would be NULL.
                        unsafe values.initializeElement(
                            at: index,
                            to: field.length < 0
                                ? nil : (raw + Int(field.offset)).assumingMemoryBound(to: CChar.self))
                        unsafe numbers.initializeElement(at: index, to: max(0, field.length))
                        unsafe numbers.initializeElement(at: count + index, to: 1)
                    }
                    let lengths = unsafe UnsafePointer(numbers.baseAddress)
                    return unsafe body(
                        Int32(count), UnsafePointer(values.baseAddress), lengths, lengths.map { unsafe $0 + count })
                }
            }
        }
    }
}
