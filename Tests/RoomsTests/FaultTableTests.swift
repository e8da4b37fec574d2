import Testing

/// What `docs/faults.md` says is automated is.
struct FaultTableTests {
    private static let faults = 52
    private static let automatedMin = 40

    private let page = Repository.text(of: "docs/faults.md")

    @Test func `every test that the table of faults names exists`() {
        let flaws = FaultTable(page).flaws(Repository.text)
        #expect(flaws.isEmpty, "\(flaws.joined(separator: "\n"))")
    }

    @Test func `the table has every fault, and counts what is automated`() {
        let rows = FaultTable(page).rows
        #expect(rows.map(\.number) == Array(1...Self.faults))
        let automated = rows.count(where: \.isAutomated)
        #expect(automated >= Self.automatedMin)
        #expect(page.contains("**\(automated) of \(Self.faults)**"))
    }

    @Test func `a table that promises too much is caught`() {
        let files = [
            "Tests/A.swift": "@Test func `it holds`() {}\n@Test\nfunc\n  `it holds on`() {}\n// `it is said`",
            "Tests/Chaos/Fault.swift": "case flush, \n case kill(Int)\n case idle",
            "Tests/Chaos/FaultPlan.swift": "return .kill(1)",
        ]
        func flaws(_ proof: String) -> Int {
            let table = FaultTable("| 1 | fault | what is expected | \(proof) |")
            #expect(table.rows.count == 1)
            return table.flaws { files[$0] ?? "" }.count
        }
        for good in ["`Tests/A.swift` “it holds”, `Tests/A.swift` “it holds on”", "`chaos` “kill”", "not yet: no disk"]
        {
            #expect(flaws(good) == 0, "\(good)")
        }
        for bad in [
            "`Tests/A.swift` “it hold”", "`Tests/A.swift` “it is said”", "`Tests/B.swift` “it holds”", "`chaos` “idle”",
            "`chaos` “ki”", "soon", "not yet", "not yet: `Tests/A.swift` “it holds”", "`A.swift` “it holds”",
        ] { #expect(flaws(bad) == 1, "\(bad)") }
    }
}
