extension SQL {
    /// What the compiler feeds a literal with interpolations into, piece by piece.
    package struct Interpolation: StringInterpolationProtocol {
        private(set) var pieces = ShortList(filler: Piece.text(0))
        private(set) var texts: [String] = []
        private(set) var fingerprint: UInt64 = 0x9e37_79b9_7f4a_7c15
        private(set) var binds: Binds

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserve(2 * interpolationCount + 1)
            binds = Binds(reserving: interpolationCount)
        }

        init() { self.init(literalCapacity: 0, interpolationCount: 0) }

        package mutating func appendLiteral(_ literal: StaticString) {
            let count = literal.utf8CodeUnitCount
            guard count > 0 else { return }
            mix(unsafe UInt64(UInt(bitPattern: literal.utf8Start)))
            mix(UInt64(count))
            pieces.append(.literal(literal))
        }

        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) { append(value) }

        /// Nil is NULL. Spelled out, because the compiler suspects an optional in any other interpolation.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) { append(value) }

        package mutating func appendInterpolation(_ fragment: SQL) {
            mix(fragment.fingerprint)
            for index in 0..<fragment.pieces.count {
                if case .text(let place) = fragment.pieces[index] {
                    pieces.append(.text(texts.count + place))
                } else {
                    pieces.append(fragment.pieces[index])
                }
            }
            texts.append(contentsOf: fragment.texts)
            binds.append(fragment.binds)
        }

        package mutating func appendInterpolation(_ identifier: Identifier) { append(text: identifier.quoted) }

        private mutating func append<Value: PostgresEncodable>(_ value: Value) {
            mix(UInt64(Value.postgresType.oid))
            pieces.append(.bind(Value.postgresType))
            binds.append(value)
        }

        mutating func append(text: String) {
            var hasher = Hasher()
            text.hash(into: &hasher)
            mix(UInt64(bitPattern: Int64(hasher.finalize())))
            pieces.append(.text(texts.count))
            texts.append(text)
        }

        mutating func dropBinds() { binds = Binds(reserving: 0) }

        private mutating func mix(_ word: UInt64) {
            let product = (fingerprint ^ word).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
            fingerprint = product.high ^ product.low &+ 0xe703_7ed1_a0b4_28db
        }
    }
}
