/// Inputs that wait for their turn, in a shell that cannot hand them in at once: control first, audio last, in order within each.
/// It is bounded: when it is full the oldest audio falls out, and if there is none, new work is refused; control and carrier never are.
package struct Inbox: Sendable {
    private var queues = [[Input]](repeating: [], count: Input.Priority.allCases.count)
    package private(set) var count = 0
    /// Frames that fell out.
    package private(set) var dropped = 0

    package init() {}

    /// False if it was refused.
    package mutating func put(_ input: Input) -> Bool {
        if count >= Limit.inputsWaiting {
            let audio = Input.Priority.audio.rawValue
            if !queues[audio].isEmpty {
                queues[audio].removeFirst()
                (count, dropped) = (count - 1, dropped + 1)
            } else if input.priority >= .work {
                return false
            }
        }
        queues[input.priority.rawValue].append(input)
        count += 1
        return true
    }

    package mutating func take() -> Input? {
        guard let place = queues.firstIndex(where: { !$0.isEmpty }) else { return nil }
        count -= 1
        return queues[place].removeFirst()
    }
}
