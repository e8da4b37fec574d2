import Domain
import Store
import Testing

/// Every version ever written can still be read, and what is written now is written as it was yesterday.
struct GoldenTests {
    @Test func `there is one sample of every type`() {
        #expect(Samples.facts.map(\.type) == EventType.allCases)
    }

    @Test(arguments: Samples.facts)
    func `the current version is written byte for byte as ever`(sample: Fact) throws {
        let type = sample.type
        let written = try EventCodec.encode(sample)
        if Golden.records, Golden.payload(type, type.schemaVersion) == nil {
            try Golden.record(written, type, type.schemaVersion)
        }
        let golden = try #require(
            Golden.payload(type, type.schemaVersion),
            "\(type.rawValue) version \(type.schemaVersion) has no golden file: LEDGERLINE_RECORD=1 writes it")
        #expect(text(written) == text(golden), "what is in logs cannot change: give it a new version and a step to it")
    }

    @Test(arguments: Samples.facts)
    func `the current version is read as what was meant`(sample: Fact) throws {
        let type = sample.type
        let golden = try #require(Golden.payload(type, type.schemaVersion))
        let read = try EventCodec.decode(
            type: type.rawValue, schemaVersion: type.schemaVersion, payload: golden)
        #expect(read == .fact(sample))
    }

    @Test(arguments: EventType.allCases.filter { $0.schemaVersion > 1 })
    func `every older version is read as what it means today`(type: EventType) throws {
        for version in 1..<type.schemaVersion {
            let golden = try #require(
                Golden.payload(type, version), "\(type.rawValue) version \(version) has no golden file")
            let meant = try #require(OldSamples.facts[type]?[version], "no sample says what it means")
            let read = try EventCodec.decode(type: type.rawValue, schemaVersion: version, payload: golden)
            #expect(read == .fact(meant))
        }
    }

    @Test func `there are golden files of known types and versions only`() throws {
        let known = EventType.allCases.flatMap { type in
            (1...type.schemaVersion).map { "\(type.rawValue)/v\($0).json" }
        }
        #expect(try Golden.files() == Set(known))
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
