import Glibc
import TestKit

/// A process of the game. It dies with the referee, however that one dies.
enum Child {
    static func start(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:], output: String
    ) throws -> ChildProcess {
        // Who is meant to die needs no picture of it, which takes seconds.
        var settings = ["SWIFT_BACKTRACE": "enable=no"]
        for name in ["PATH", "HOME"] {
            if let value = getenv(name) { settings[name] = String(cString: value) }
        }
        return try ChildProcess(
            dyingWithUs: program, arguments, environment: settings.merging(environment) { $1 }, output: output)
    }
}
