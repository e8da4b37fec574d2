// swift-tools-version: 6.2
import PackageDescription

/// The house rules every room is built under; `docs/rooms.md` says why each is here.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
/// Rooms that hold pointers say `unsafe` at each place that is. Their objects live on one thread each: that no two accesses to one of
/// them overlap is checked where all tests run, and not paid for a dozen times a query in what is delivered.
let edge =
    house + [
        .strictMemorySafety(), .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    ]

func foreign(_ name: String, _ folder: String, apt package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(folder)", providers: [.apt([package])])
}

func room(_ name: String, _ folder: String, uses: [Target.Dependency] = [], settings: [SwiftSetting] = house) -> Target
{
    .target(name: name, dependencies: uses, path: "Sources/\(folder)", swiftSettings: settings)
}

func process(_ name: String, uses: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: uses, path: "Sources/\(name)", swiftSettings: house)
}

func tests(_ name: String, uses: [Target.Dependency], settings: [SwiftSetting] = house, resources: [Resource] = [])
    -> Target
{
    .testTarget(
        name: "\(name)Tests", dependencies: uses + ["TestKit"], path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: settings)
}

let platform: [Target.Dependency] = [
    "Loop", "Wire", "Journal", "Service", "Crypto", "HTTP", "Postgres", "Redis", "Jobs", "Process",
]

let package = Package(
    name: "ledgerline",
    products: [
        .executable(name: "ledgerline", targets: ["Console"]),
        .executable(name: "ledgerline-api", targets: ["API"]),
        .executable(name: "ledgerline-realtime", targets: ["Realtime"]),
        .executable(name: "ledgerline-workers", targets: ["Workers"]),
    ],
    targets: [
        // Foreign libraries: headers only, one Swift room above each.
        .target(name: "CLinux", path: "Sources/C/Linux"),
        // Not linked: looked for when first wanted.
        .target(name: "CFlite", path: "Sources/C/Flite"),
        .target(name: "CSilero", path: "Sources/C/Silero"),
        .target(name: "CSphinx", path: "Sources/C/Sphinx"),
        .target(name: "CVosk", path: "Sources/C/Vosk"),
        // Sums that nobody would wait for unoptimized.
        .target(
            name: "CEmbedding", path: "Sources/C/Embedding",
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        foreign("CPostgres", "Postgres", apt: "libpq-dev"),
        foreign("CRedis", "Redis", apt: "libhiredis-dev"),
        foreign("CCurl", "Curl", apt: "libcurl4-openssl-dev"),
        foreign("CMimalloc", "Mimalloc", apt: "libmimalloc-dev"),
        foreign("COpenSSL", "OpenSSL", apt: "libssl-dev"),
        foreign("CSodium", "Sodium", apt: "libsodium-dev"),
        foreign("CZlib", "Zlib", apt: "zlib1g-dev"),

        // Platform: knows nothing of calls.
        room("Loop", "Platform/Loop", uses: ["CLinux"], settings: edge),
        room("Wire", "Platform/Wire", settings: edge + [.enableExperimentalFeature("Lifetimes")]),
        room("Journal", "Platform/Journal", uses: ["Loop", "Wire"], settings: edge),
        room("Service", "Platform/Service", uses: ["CMimalloc", "Loop", "Wire"], settings: edge),
        room("Crypto", "Platform/Crypto", uses: ["COpenSSL", "CSodium", "Wire"], settings: edge),
        room(
            "HTTP", "Platform/HTTP", uses: ["CCurl", "CZlib", "Crypto", "Loop", "Service", "Wire"],
            settings: edge + [.enableExperimentalFeature("Lifetimes")]),
        room(
            "Postgres", "Platform/Postgres", uses: ["CPostgres", "Crypto", "Loop", "Service", "Wire"], settings: edge),
        room("Redis", "Platform/Redis", uses: ["CRedis", "Crypto", "Loop", "Service", "Wire"], settings: edge),
        room("Jobs", "Platform/Jobs", uses: ["Crypto", "Loop", "Postgres", "Service", "Wire"]),
        room(
            "Process", "Platform/Process",
            uses: ["Crypto", "HTTP", "Jobs", "Journal", "Loop", "Postgres", "Redis", "Service", "Wire"]),

        // The house of calls.
        room("Domain", "Domain"),
        room(
            "Providers", "Providers",
            uses: [
                "CEmbedding", "CFlite", "CSilero", "CSphinx", "CVosk",
                "Crypto", "Domain", "HTTP", "Loop", "Service", "Wire",
            ], settings: edge),
        room("Simulators", "Simulators", uses: ["Crypto", "Domain", "HTTP", "Loop", "Service", "Wire"]),
        room(
            "Store", "Store",
            uses: ["Crypto", "Domain", "Jobs", "Journal", "Loop", "Postgres", "Redis", "Service", "Wire"]),
        process("API", uses: ["Domain", "Providers", "Store"] + platform),
        process("Realtime", uses: ["Domain", "Providers", "Store"] + platform),
        process("Workers", uses: ["Domain", "Providers", "Store"] + platform),
        process("Console", uses: ["Domain", "Providers", "Simulators", "Store"] + platform),

        // Proof.
        .target(name: "ThreadSanitizer", path: "Tests/ThreadSanitizer", publicHeadersPath: "."),
        .target(
            name: "TestKit", dependencies: platform + ["ThreadSanitizer"], path: "Tests/TestKit", swiftSettings: house),
        .testTarget(name: "RoomsTests", path: "Tests/RoomsTests", swiftSettings: house),
        tests("Loop", uses: ["Loop"]),
        tests("Wire", uses: ["Wire"]),
        .executableTarget(
            name: "JournalProbe", dependencies: ["Journal", "Loop"], path: "Tests/JournalProbe", swiftSettings: house),
        tests("Journal", uses: ["Journal", "JournalProbe", "Loop", "Wire"]),
        tests("Service", uses: ["Loop", "Service", "Wire"]),
        tests("Crypto", uses: ["Crypto", "Wire"]),
        tests("HTTP", uses: ["Crypto", "HTTP", "Loop", "Service", "Wire"]),
        tests("Postgres", uses: ["Crypto", "Loop", "Postgres", "Service", "Wire"]),
        tests("Redis", uses: ["Crypto", "Loop", "Redis", "Service", "Wire"]),
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "Crypto", "Domain", "Journal", "Loop", "Postgres", "Redis", "Service", "Store", "TestKit", "Wire",
            ],
            path: "Tests/Chaos", swiftSettings: house),
        .executableTarget(
            name: "JobsProbe", dependencies: ["Crypto", "Jobs", "Loop", "Postgres"], path: "Tests/JobsProbe",
            swiftSettings: house),
        tests("Jobs", uses: ["Crypto", "Jobs", "JobsProbe", "Loop", "Postgres", "Service", "Wire"]),
        tests("Process", uses: platform),
        .target(
            name: "ConversationLaws", dependencies: ["Domain"], path: "Tests/ConversationLaws", swiftSettings: house),
        .target(
            name: "CallStories", dependencies: ["Crypto", "Domain", "Postgres", "Store", "Wire"],
            path: "Tests/CallStories",
            swiftSettings: house),
        tests("Domain", uses: ["ConversationLaws", "Crypto", "Domain", "Wire"]),
        tests(
            "Providers", uses: ["Crypto", "Domain", "HTTP", "Loop", "Providers", "Service", "Simulators", "Wire"],
            resources: [.copy("Fixtures")]),
        .executableTarget(
            name: "SimulatorsDesk", dependencies: ["Domain", "Loop", "Simulators"], path: "Tests/SimulatorsDesk",
            swiftSettings: house),
        tests("Simulators", uses: ["Crypto", "Domain", "HTTP", "Loop", "Service", "Simulators", "Wire"]),
        tests(
            "Store",
            uses: [
                "CallStories", "ConversationLaws", "Crypto", "Domain", "Jobs", "Journal", "Loop", "Postgres", "Redis",
                "Service", "Store", "Wire",
            ],
            resources: [.copy("Golden")]),
        tests("Trace", uses: ["ConversationLaws", "Crypto", "Domain", "Journal", "Loop", "Store"]),
        tests(
            "System",
            uses: [
                "API", "CallStories", "Chaos", "Realtime", "Workers", "Console", "Domain", "Providers", "Simulators",
                "Store",
            ] + platform),
        .target(name: "BareSums", path: "Tests/BareSums"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: ["BareSums", "CallStories", "Domain", "Providers", "Store", "TestKit"] + platform,
            path: "Tests/Benchmarks", exclude: ["peers"],
            swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)

/// Fuzzing needs instrumented rooms and libFuzzer, so its program exists only when `Tests/Fuzz/run` asks for it.
if Context.environment["LEDGERLINE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: ["ConversationLaws", "Crypto", "Domain", "HTTP", "Loop", "Providers", "Redis", "Wire"],
            path: "Tests/Fuzz",
            exclude: ["Corpus", "Crashers", "run"], swiftSettings: house + [.enableExperimentalFeature("Extern")]))
}

/// A build under a sanitizer holds nothing but the tests that are run in it, named here with commas between, and what these need: all
/// the rest would take as long again.
if let named = Context.environment["LEDGERLINE_ONLY_TESTS"] {
    var needed = Set(named.split(separator: ",").map(String.init))
    var known = 0
    while known < needed.count {
        known = needed.count
        for target in package.targets where needed.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
        }
    }
    package.products = []
    package.targets.removeAll { !needed.contains($0.name) }
}
