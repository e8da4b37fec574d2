import Process
import Providers
import Service

@main
struct Main {
    static func main() {
        let identity = ProcessIdentity(
            name: "ledgerline-api", role: "api",
            purpose:
                "answers the REST interface and the carrier's webhooks, and appends what they say to the event log.")
        Launch.process(
            identity, read: { APISettings(&$0) }, common: \.house.common, port: \.house.port, known: KnownSettings.names
        ) { station, settings in
            try APIDuties.all(station, settings)
        }
    }
}
