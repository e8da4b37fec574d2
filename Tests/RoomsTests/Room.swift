/// A folder with a name, and the modules its files may import. `docs/rooms.md` says it in words.
struct Room {
    let folder: String
    let imports: Set<String>

    init(_ folder: String, _ imports: Set<String>) {
        self.folder = folder
        self.imports = imports
    }

    var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }

    /// The rooms that know nothing of calls. Only here may anybody talk to the operating system.
    static let platform: [Room] = [
        ("Loop", ["CLinux"]),
        ("Wire", []),
        ("Journal", ["Loop", "Wire"]),
        ("Service", ["CMimalloc", "Loop", "Wire", "FoundationEssentials"]),
        ("Crypto", ["COpenSSL", "CSodium", "Wire"]),
        ("HTTP", ["CCurl", "CZlib", "Crypto", "Loop", "Service", "Wire"]),
        ("Postgres", ["CPostgres", "Crypto", "Loop", "Service", "Wire"]),
        ("Redis", ["CRedis", "COpenSSL", "Crypto", "Loop", "Service", "Wire"]),
        ("Jobs", ["Crypto", "Loop", "Postgres", "Service", "Wire"]),
        ("Process", ["Crypto", "HTTP", "Jobs", "Journal", "Loop", "Postgres", "Redis", "Service", "Wire"]),
    ].map { Room("Sources/Platform/\($0)", Set($1).union(system)) }

    /// The house of calls.
    static let house: [Room] = [
        Room("Sources/Domain", []),
        Room(
            "Sources/Providers",
            foundation.union(["Crypto", "Domain", "HTTP", "Loop", "Service", "Synchronization", "Wire"])
                .union(["CEmbedding", "CFlite", "CSilero", "CSphinx", "CVosk"])),
        Room(
            "Sources/Store",
            foundation.union(["Crypto", "Domain", "Jobs", "Journal", "Loop", "Postgres", "Redis", "Service", "Wire"])),
    ]

    /// The outside world as servers of our own, for tests and trials. It knows no provider's adapter: each side reads the
    /// protocol for itself.
    static let simulators: [Room] = [
        Room("Sources/Simulators", ["Crypto", "Domain", "HTTP", "Loop", "Service", "Synchronization", "Wire"])
    ]

    /// The executables know every room, no C, and never each other. The console alone stands before a terminal, and plays calls.
    static let executables: [Room] =
        ["API", "Realtime", "Workers"].map { Room("Sources/\($0)", names(platform + house)) }
        + [Room("Sources/Console", names(platform + house + simulators).union(["Glibc"]))]

    /// A room's tests may use it, what it may use itself, and the loop to run on.
    static let tests: [Room] =
        (platform + house + simulators).filter { $0.name != "Domain" }.map {
            Room(
                "Tests/\($0.name)Tests",
                $0.imports.filter { !isForeign($0) }.union([$0.name, "Loop", "Service"]).union(proof)
                    // The adapters are tried against the simulators.
                    .union($0.name == "Providers" ? ["Simulators"] : [])
                    // Traces are of calls.
                    .union($0.name == "Store" ? ["CallStories", "ConversationLaws"] : []))
        } + [
            // The tables of G.711 are compared by their digests.
            Room("Tests/DomainTests", proof.union(["ConversationLaws", "Crypto", "Domain", "Wire"])),
            // What must hold of every live call, for the tests and for fuzzing.
            Room("Tests/ConversationLaws", ["Domain"]),
            // Calls as they are told, for whoever learns from them.
            Room("Tests/CallStories", ["Crypto", "Domain", "Postgres", "Store", "Wire"]),
            Room(
                "Tests/TraceTests",
                proof.union(["ConversationLaws", "Crypto", "Domain", "Journal", "Loop", "Store"])),
            Room("Tests/RoomsTests", ["Foundation", "Testing"]),
            Room("Tests/TestKit", names(platform).union(proof)),
            Room("Tests/ThreadSanitizer", []),
            // A writer for a test to kill.
            Room("Tests/JournalProbe", ["Glibc", "Journal", "Loop"]),
            // A worker for a test to kill.
            Room("Tests/JobsProbe", ["Crypto", "Jobs", "Loop", "Postgres"]),
            // The simulators for clients that are none of ours.
            Room("Tests/SimulatorsDesk", ["Domain", "Glibc", "Loop", "Simulators"]),
            Room("Tests/Chaos", names(platform + house).union(proof)),
            Room(
                "Tests/SystemTests",
                names(platform + house + simulators + executables).union(proof).union(["CallStories"])),
            // What holds the API to its own document: no Swift.
            Room("Tests/Contract", []),
            Room("Tests/Vendors", []),
            // The least that a sum costs.
            Room("Tests/BareSums", []),
            Room("Tests/Benchmarks", names(platform + house).union(proof).union(["BareSums", "CallStories"])),
            Room(
                "Tests/Fuzz",
                ["ConversationLaws", "Crypto", "Domain", "Glibc", "HTTP", "Loop", "Providers", "Redis", "Wire"]),
        ]

    static let all = platform + house + simulators + executables + tests

    static func isForeign(_ module: String) -> Bool {
        ["CLinux", "CMimalloc", "CPostgres", "CRedis", "CCurl", "COpenSSL", "CSodium", "CZlib"].contains(module)
            || ["CEmbedding", "CFlite", "CSilero", "CSphinx", "CVosk"].contains(module)
    }

    private static let system: Set<String> = ["Glibc", "Synchronization"]
    private static let foundation: Set<String> = ["Foundation", "FoundationEssentials"]
    private static let proof = system.union(foundation).union(["Testing", "TestKit"])

    private static func names(_ rooms: [Room]) -> Set<String> { Set(rooms.map(\.name)) }
}
