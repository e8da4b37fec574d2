package import Foundation
import Synchronization

/// A real executable under test: started, watched, signalled, and never left behind.
package final class RunningProcess: Sendable {
    private struct State {
        var output = ""
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    private let process: Mutex<Process>
    private let state = Mutex(State())
    package let identifier: Int32

    /// Runs `body` beside the executable, and kills it afterwards if it still lives.
    package static func with<Value>(
        _ executable: URL, _ arguments: [String] = [], environment: [String: String] = [:],
        _ body: (RunningProcess) async throws -> Value
    ) async throws -> Value {
        let running = try RunningProcess(executable, arguments, environment: environment)
        defer { if running.isRunning { running.send(SIGKILL) } }
        return try await body(running)
    }

    /// Starts `executable` with exactly this environment on top of PATH and HOME, so that a test says all that matters.
    private init(_ executable: URL, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key)
        }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        identifier = process.processIdentifier
        self.process = Mutex(process)
        // One thread reads until the pipe ends, which is also when the process has ended.
        Foundation.Thread.detachNewThread { [self] in
            collect(pipe.fileHandleForReading)
            ended()
        }
    }

    /// Takes what is printed as it comes. Foundation's `read(upToCount:)` would wait until its room is full.
    private func collect(_ pipe: FileHandle) {
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(pipe.fileDescriptor, &room, room.count)
            if count == -1, errno == EINTR { continue }
            guard count > 0 else { return }
            state.withLock { $0.output += String(decoding: room[..<count], as: UTF8.self) }
        }
    }

    /// Everything printed so far, both streams.
    package var output: String { state.withLock { $0.output } }

    package var isRunning: Bool { state.withLock { $0.status == nil } }

    package func send(_ signal: Int32) { kill(identifier, signal) }

    /// The exit code; minus the signal's number if a signal ended it.
    package func exit() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state -> Int32? in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    private func ended() {
        let status = process.withLock { process -> Int32 in
            process.waitUntilExit()
            return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        }
        let waiting = state.withLock { state in
            state.status = status
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }
}
