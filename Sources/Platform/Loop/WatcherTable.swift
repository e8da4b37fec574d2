/// Who watches which descriptor. A ticket names one watching of one descriptor, so that readiness fetched before
/// `unwatch` never reaches the next owner of the same number.
struct WatcherTable {
    /// The ticket of the loop's own bell.
    static let bell = UInt64.max

    private struct Place {
        var watcher: (any Watcher)?
        var generation: UInt32 = 0
    }

    private var places: [Place] = []

    mutating func add(_ watcher: any Watcher, at descriptor: Int32) -> UInt64 {
        let index = Int(descriptor)
        if index >= places.count {
            let missing = max(index + 1, places.count * 2) - places.count
            places.append(contentsOf: repeatElement(Place(), count: missing))
        }
        precondition(places[index].watcher == nil, "descriptor \(descriptor) is watched already")
        places[index].watcher = watcher
        places[index].generation &+= 1
        return ticket(of: descriptor)
    }

    @discardableResult
    mutating func remove(at descriptor: Int32) -> Bool {
        let index = Int(descriptor)
        guard places.indices.contains(index), places[index].watcher != nil else { return false }
        places[index].watcher = nil
        places[index].generation &+= 1
        return true
    }

    func ticket(of descriptor: Int32) -> UInt64 {
        let index = Int(descriptor)
        let generation = places.indices.contains(index) ? places[index].generation : 0
        return UInt64(generation) << 32 | UInt64(UInt32(truncatingIfNeeded: descriptor))
    }

    func holder(of ticket: UInt64) -> (any Watcher)? {
        let place = places[Int(ticket & 0xffff_ffff)]
        return place.generation == UInt32(truncatingIfNeeded: ticket >> 32) ? place.watcher : nil
    }
}
