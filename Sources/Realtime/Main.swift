import HTTP
import Process
import Providers
import Service

@main
struct Main {
    static func main() {
        let identity = ProcessIdentity(
            name: "ledgerline-realtime", role: "realtime",
            purpose: "holds the live calls: the carrier's media streams, hearing, thinking and speaking.")
        Launch.process(
            identity, read: { RealtimeSettings(&$0) }, common: \.house.common, port: \.house.port,
            known: KnownSettings.names
        ) { try await RealtimeDuties.all($0, $1) }
    }
}
