import Loop

/// Wakes a stream's machine when its next deadline has come. It may wake it too early, never too late: a deadline that moves
/// further away fifty times a second costs nothing.
final class Alarm {
    private let loop: Loop
    private var armedFor = Moment.never
    private let woken: () -> Void
    private lazy var timer = Timer { [unowned self] in
        armedFor = .never
        woken()
    }

    init(on loop: Loop, _ woken: @escaping () -> Void) { (self.loop, self.woken) = (loop, woken) }

    /// Not later than `moment`; nil changes nothing.
    func set(_ moment: Moment?) {
        guard let moment, moment < armedFor else { return }
        armedFor = moment
        loop.arm(timer, at: moment)
    }

    func cancel() {
        loop.disarm(timer)
        armedFor = .never
    }
}
