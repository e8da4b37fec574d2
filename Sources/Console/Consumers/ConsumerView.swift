import Store
import Wire

/// A consumer in all its lanes, as it is shown.
struct ConsumerView {
    let name: String
    let lanes: [ConsumerLag]
    let isLive: Bool
    let parked: ParkedCount?

    private var state: String {
        if lanes.contains(where: \.isRetired) { return "retired" }
        return isLive ? "live" : "being built"
    }

    var text: String {
        let waiting = parked.map { ", \($0.streams) streams parked with \($0.letters) letters" } ?? ""
        let lag = lanes.reduce(0) { $0 + $1.events }
        let rows = lanes.map { lane in
            [
                "\(lane.lane)", "\(lane.position)", "\(lane.events)", lane.events == 0 ? "-" : "\(Int(lane.seconds)) s",
                lane.owner.map { String("\($0)".prefix(8)) } ?? "-", lane.isStepping ? "one event at a time" : "",
            ]
        }
        return "\(name) (\(state)): \(lag) events behind\(waiting)\n"
            + Printer.table(["lane", "position", "lag", "waits", "owner", ""], rows) + "\n"
    }

    var document: JSONValue {
        .object([
            ("consumer", .string(name)), ("state", .string(state)), ("lag", .of(lanes.reduce(0) { $0 + $1.events })),
            ("parked_streams", .of(parked?.streams ?? 0)), ("dead_letters", .of(parked?.letters ?? 0)),
            (
                "lanes",
                .array(
                    lanes.map { lane in
                        .object([
                            ("lane", .of(lane.lane)), ("position", .of(lane.position)), ("lag", .of(lane.events)),
                            ("lag_seconds", .of(lane.seconds)), ("owner", .of(lane.owner)),
                            ("is_stepping", .bool(lane.isStepping)),
                        ])
                    })
            ),
        ])
    }
}
