import HTTP
import Process
import Providers
import Service

@main
struct Main {
    static func main() {
        let identity = ProcessIdentity(
            name: "ledgerline-workers", role: "workers",
            purpose: "does what need not happen during a call: jobs, projections, the relay of the event log.")
        Launch.process(
            identity, read: { WorkersSettings(&$0) }, common: \.house.common, port: \.house.port,
            known: KnownSettings.names
        ) { try await WorkersDuties.all($0, $1) }
    }
}
