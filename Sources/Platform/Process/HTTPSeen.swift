import HTTP
import Loop
import Service

/// What an operator sees of the HTTP server and client.
enum HTTPSeen {
    static func observer(_ log: Log) -> @Sendable (ServerHappening) -> Void {
        { happening in
            switch happening {
            case .acceptPaused(let error): log.error("accept_paused", .error(error))
            case .acceptResumed: log.info("accept_resumed")
            case .connectionRefused: log.warn("connection_refused")
            case .requestRefused(let fault, let address):
                log.info("request_refused", .kind("fault", fault), .sensitive("peer", address))
            case .handlerFailed(let error, let request):
                log.error("handler_failed", .kind("method", request.method), .error(error))
            case .responseBroken(let error, let request):
                log.warn("response_broken", .kind("method", request.method), .error(error))
            }
        }
    }

    static func collect(_ server: ServerStatistics, _ scrape: inout Scrape) {
        scrape.gauge("http_connections", "Connections open.", Double(server.connectionsOpen))
        scrape.counter("http_connections_accepted_total", "Connections accepted.", Double(server.connectionsAccepted))
        scrape.counter("http_connections_refused_total", "Connections refused.", Double(server.connectionsRefused))
        scrape.counter("http_received_bytes_total", "Bytes received.", Double(server.bytesIn))
        scrape.counter("http_sent_bytes_total", "Bytes sent.", Double(server.bytesOut))
        scrape.counter("http_idle_timeouts_total", "Connections closed while idle.", Double(server.idleTimeouts))
        scrape.counter("http_write_timeouts_total", "Connections cut: nobody read.", Double(server.writeTimeouts))
        scrape.counter("http_handlers_failed_total", "Handlers that failed.", Double(server.handlersFailed))
        scrape.counter("http_websockets_total", "WebSockets opened.", Double(server.webSocketsOpened))
        for fault in RequestFault.allCases {
            scrape.counter(
                "http_requests_refused_total", "Requests refused before a handler saw them.",
                Double(server.faults[fault] ?? 0), ["fault": fault.rawValue])
        }
    }

    static func collect(_ client: HTTPClientStatistics, loop: String, _ scrape: inout Scrape) {
        let labels: MetricLabels = ["loop": loop]
        scrape.gauge("http_client_transfers", "Requests to others, running.", Double(client.transfers), labels)
        scrape.gauge("http_client_waiting", "Requests to others, waiting.", Double(client.waiting), labels)
        scrape.counter("http_client_requests_total", "Requests to others.", Double(client.requestsStarted), labels)
        scrape.counter("http_client_failures_total", "Of these, failed.", Double(client.requestsFailed), labels)
        scrape.counter("http_client_refused_total", "Refused at a limit.", Double(client.requestsRefused), labels)
        scrape.counter("http_client_connections_total", "Connections made.", Double(client.connectionsOpened), labels)
    }
}

extension HTTPClientError: Harmless {}
extension ConnectionClosed: Harmless {}

extension ContentType {
    static let prometheus = ContentType(Metrics.contentType)
}
