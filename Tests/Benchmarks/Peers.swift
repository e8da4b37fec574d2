import Foundation

/// The peers we are compared with, started as their makers ship them.
enum Nginx {
    /// One worker on core 0 that answers `/ping` with a constant.
    static func start(port: UInt16) throws -> Child {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "ledgerline-nginx-\(port)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "nginx.conf")
        let user = getuid() == 0 ? "user root;" : ""
        try """
        \(user)
        daemon off;
        worker_processes 1;
        worker_rlimit_nofile 20000;
        pid \(folder.path)/pid;
        error_log \(folder.path)/error.log;
        events { worker_connections 8192; }
        http {
            access_log off;
            keepalive_requests 1000000000;
            keepalive_timeout 300s;
            client_body_temp_path \(folder.path)/body;
            proxy_temp_path \(folder.path)/proxy;
            fastcgi_temp_path \(folder.path)/fastcgi;
            uwsgi_temp_path \(folder.path)/uwsgi;
            scgi_temp_path \(folder.path)/scgi;
            server {
                listen 127.0.0.1:\(port) backlog=1024;
                location = /ping { default_type application/json; return 200 '{"status":"ok"}'; }
            }
        }
        """.write(to: file, atomically: true, encoding: .utf8)
        let child = try Child(
            core: 0, "nginx", ["-p", folder.path, "-e", "\(folder.path)/error.log", "-c", file.path], silent: true)
        try Port.wait(port)
        return child
    }
}

/// wrk on core 1: answers with the number of requests it completed.
enum Wrk {
    static func load(port: UInt16, connections: Int, seconds: Int) throws -> Int {
        let url = "http://127.0.0.1:\(port)/ping"
        let text = try Child(core: 1, "wrk", ["-t1", "-c\(connections)", "-d\(seconds)s", url]).finish()
        guard let match = text.firstMatch(of: /(\d+) requests in/), let count = Int(match.1) else {
            throw Trouble("wrk said nothing usable: \(text)")
        }
        if let errors = text.firstMatch(of: /Non-2xx.*/) { throw Trouble("wrk met errors: \(errors.0)") }
        return count
    }
}

/// What most would write an API with, as its makers recommend to run it: one worker on core 0.
enum FastAPI {
    static func start(port: UInt16, _ environment: [String: String]) throws -> Child {
        let here = URL(filePath: FileManager.default.currentDirectoryPath).appending(
            path: "Tests/Benchmarks/peers/fastapi")
        return try Child(
            core: 0, try installed(here.appending(path: "pins")),
            [
                "-m", "uvicorn", "--app-dir", here.path, "--host", "127.0.0.1", "--port", "\(port)", "--workers", "1",
                "--loop", "uvloop", "--http", "httptools", "app:app",
            ], environment: environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }, silent: true)
    }

    /// The Python of an environment that has what the pins say, made once.
    private static func installed(_ pins: URL) throws -> String {
        let state = ProcessInfo.processInfo.environment["LEDGERLINE_STATE"] ?? ".ledgerline/bench"
        let folder = URL(filePath: state).appending(path: "fastapi")
        let (python, mark) = (folder.appending(path: "bin/python").path, folder.appending(path: "pins"))
        let wanted = try Data(contentsOf: pins)
        if let made = try? Data(contentsOf: mark), made == wanted { return python }
        print("  fetching the peer that \(pins.path) names …")
        _ = try Child(core: nil, "python3", ["-m", "venv", "--clear", folder.path]).finish()
        _ = try Child(
            core: nil, python,
            [
                "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet", "--require-hashes",
                "--only-binary=:all:", "-r", pins.path,
            ]
        ).finish()
        try wanted.write(to: mark)
        return python
    }
}

enum Port {
    /// Returns once somebody accepts on the port.
    static func wait(_ port: UInt16) throws {
        for _ in 0..<200 {
            if let connection = try? RawSocket(port: port) {
                connection.close()
                return
            }
            usleep(25_000)
        }
        throw Trouble("nobody listens on port \(port) after five seconds")
    }
}
