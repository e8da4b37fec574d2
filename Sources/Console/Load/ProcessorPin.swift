import Glibc
import Loop

/// Which cores a process, and what it starts, may run on.
enum ProcessorPin {
    /// The one that realtime gets: the last, since the first serves interrupts on most machines.
    static func realtimeCore(_ wanted: Int?) throws(Trouble) -> Int {
        let count = Loops.coreCount
        let core = wanted ?? count - 1
        guard core < count else { throw Trouble("--core \(core): the cores of this machine are 0 to \(count - 1)") }
        return core
    }

    static func others(than core: Int) -> [Int] {
        let others = (0..<Loops.coreCount).filter { $0 != core }
        return others.isEmpty ? [core] : others
    }

    /// From here on this thread, and those that it starts, keep to these. Swift has no word for the kernel's call, `taskset` has.
    static func keep(to cores: [Int]) throws(Trouble) {
        let list = cores.map(String.init).joined(separator: ",")
        let child = try ChildProgram.start(["taskset", "-p", "-c", list, "\(getpid())"], output: "/dev/null")
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        guard status == 0 else { throw Trouble("taskset can't keep us to the cores \(list)") }
    }
}
