import Synchronization

/// One loop's counts. Its thread writes, any thread reads; a single writer needs no read-modify-write instructions.
final class Counters: Sendable {
    enum Kind: Int, CaseIterable {
        case accepted, refused, closed, requests, bytesIn, bytesOut, idleTimeouts, writeTimeouts, handlersFailed
        case webSockets
    }

    private final class Cell: Sendable {
        let value = Atomic<UInt64>(0)
        func add(_ number: Int) {
            value.store(value.load(ordering: .relaxed) &+ UInt64(number), ordering: .relaxed)
        }
    }

    private let kinds = Kind.allCases.map { _ in Cell() }
    private let classes = (0..<6).map { _ in Cell() }
    private let faults = RequestFault.allCases.map { _ in Cell() }

    func add(_ number: Int = 1, to kind: Kind) { kinds[kind.rawValue].add(number) }
    func answered(_ status: Status) { classes[Int(status.rawValue) / 100].add(1) }

    func refused(_ fault: RequestFault) {
        for (index, known) in RequestFault.allCases.enumerated() where known == fault { faults[index].add(1) }
    }

    private func value(_ kind: Kind) -> UInt64 { kinds[kind.rawValue].value.load(ordering: .relaxed) }

    func add(to sum: inout ServerStatistics) {
        sum.connectionsAccepted += value(.accepted)
        sum.connectionsRefused += value(.refused)
        sum.connectionsOpen += Int(value(.accepted)) - Int(value(.closed))
        sum.requests += value(.requests)
        sum.bytesIn += value(.bytesIn)
        sum.bytesOut += value(.bytesOut)
        sum.idleTimeouts += value(.idleTimeouts)
        sum.writeTimeouts += value(.writeTimeouts)
        sum.handlersFailed += value(.handlersFailed)
        sum.webSocketsOpened += value(.webSockets)
        for (index, cell) in classes.enumerated() {
            let count = cell.value.load(ordering: .relaxed)
            if count > 0 { sum.responses[index, default: 0] += count }
        }
        for (index, fault) in RequestFault.allCases.enumerated() {
            let count = faults[index].value.load(ordering: .relaxed)
            if count > 0 { sum.faults[fault, default: 0] += count }
        }
    }
}
