/// Armed timers, earliest first; equal moments in the order they were armed.
///
/// A binary heap in which each timer knows its place, so that arming again and disarming cost O(log n) and leave nothing
/// behind.
struct TimerHeap {
    private struct Entry {
        var deadline: Moment
        var order: UInt64
        let timer: Timer
    }

    private var entries: [Entry] = []
    private var order: UInt64 = 0

    var count: Int { entries.count }
    var earliest: Moment? { entries.first?.deadline }

    mutating func arm(_ timer: Timer, at deadline: Moment) {
        order &+= 1
        let entry = Entry(deadline: deadline, order: order, timer: timer)
        if timer.isArmed {
            entries[timer.position] = entry
            settle(timer.position)
        } else {
            timer.position = entries.count
            entries.append(entry)
            rise(timer.position)
        }
    }

    mutating func disarm(_ timer: Timer) {
        guard timer.isArmed else { return }
        let hole = timer.position
        timer.position = -1
        let last = entries.removeLast()
        guard hole < entries.count else { return }
        entries[hole] = last
        last.timer.position = hole
        settle(hole)
    }

    /// Takes out the earliest timer if its moment has come.
    mutating func due(at now: Moment) -> Timer? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        disarm(first.timer)
        return first.timer
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        let a = entries[left]
        let b = entries[right]
        return a.deadline == b.deadline ? a.order < b.order : a.deadline < b.deadline
    }

    private mutating func settle(_ position: Int) {
        if position > 0, isEarlier(position, (position - 1) / 2) { rise(position) } else { sink(position) }
    }

    private mutating func rise(_ start: Int) {
        var position = start
        while position > 0 {
            let parent = (position - 1) / 2
            guard isEarlier(position, parent) else { return }
            exchange(position, parent)
            position = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var position = start
        while true {
            var least = position
            let left = 2 * position + 1
            let right = left + 1
            if left < entries.count, isEarlier(left, least) { least = left }
            if right < entries.count, isEarlier(right, least) { least = right }
            if least == position { return }
            exchange(position, least)
            position = least
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        entries[left].timer.position = left
        entries[right].timer.position = right
    }
}
