import Foundation

/// A process started for a contest, ended when it goes out of use.
final class Child {
    let process = Process()
    private let output = Pipe()
    var identifier: Int32 { process.processIdentifier }

    /// Starts `command` on one core. What it prints can be read with `finish`, unless it is a server.
    init(
        core: Int?, _ command: String, _ arguments: [String], environment: [String: String] = [:], silent: Bool = false
    )
        throws
    {
        guard let path = Child.find(command) else {
            throw Trouble("\(command) is not installed; `make doctor` names the package it comes in")
        }
        if let core, let taskset = Child.find("taskset") {
            process.executableURL = URL(filePath: taskset)
            process.arguments = ["-c", String(core), path] + arguments
        } else {
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
        }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = silent ? FileHandle.nullDevice : output
        process.standardError = silent ? FileHandle.nullDevice : output
        try process.run()
    }

    deinit { stop() }

    /// Waits for the end and returns everything printed.
    func finish() throws -> String {
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Trouble("\(process.arguments ?? []) ended with \(process.terminationStatus): \(text.suffix(500))")
        }
        return text
    }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    static func find(_ command: String) -> String? {
        if command.hasPrefix("/") { return command }
        let folders: [String] =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + [
                "/usr/sbin", "/sbin",
            ]
        return folders.map { "\($0)/\(command)" }.first { access($0, X_OK) == 0 }
    }
}

extension Child {
    /// This executable's own file.
    static let ownPath = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
}
