import Crypto
import Store

/// What the log should do, in memory: streams are lists of ids, and appends happen one after the other.
struct LogModel {
    struct Stream {
        let organization: UUID
        var ids: [UUID] = []
    }

    /// A verdict without positions, which depend on what others do in the lane.
    enum Outcome: Hashable {
        case appended(ClosedRange<Int32>, duplicates: Int)
        case duplicate(ClosedRange<Int32>)
        case conflict(actual: Int32)
        case refused

        init(_ result: Result<AppendVerdict, AppendError>) throws(AppendError) {
            switch result {
            case .success(.appended(let receipt)):
                self = .appended(receipt.versions, duplicates: receipt.duplicates)
            case .success(.duplicate(let receipt)): self = .duplicate(receipt.versions)
            case .success(.conflict(let actual)): self = .conflict(actual: actual)
            case .failure(.anotherOrganization): self = .refused
            case .failure(let error): throw error
            }
        }
    }

    private(set) var streams: [UUID: Stream] = [:]
    private var keys: [UUID: (stream: UUID, version: Int32)] = [:]

    func version(of stream: UUID) -> Int32 { Int32(streams[stream]?.ids.count ?? 0) }

    mutating func apply(_ append: StreamAppend) -> Outcome {
        let stream = streams[append.stream]
        if let stream, stream.organization != append.organization { return .refused }
        let current = version(of: append.stream)
        let ids = append.events.map(\.id)
        switch append.start {
        case .next:
            let known = ids.compactMap { keys[$0] }
            if known.isEmpty {
                for (offset, id) in ids.enumerated() { keys[id] = (append.stream, current + Int32(offset) + 1) }
                return store(ids, append, duplicates: 0, first: current + 1)
            }
            let versions = known.filter { $0.stream == append.stream }.map(\.version)
            guard versions.count == ids.count, let least = versions.min(), let most = versions.max() else {
                return .conflict(actual: current)
            }
            return .duplicate(least...most)
        case .version(let first):
            if first > current + 1 { return .conflict(actual: current) }
            let there = stream?.ids.dropFirst(Int(first) - 1).prefix(ids.count) ?? []
            if !there.elementsEqual(ids.prefix(there.count)) { return .conflict(actual: current) }
            if there.count == ids.count { return .duplicate(first...(first + Int32(ids.count) - 1)) }
            return store(Array(ids.dropFirst(there.count)), append, duplicates: there.count, first: first)
        }
    }

    private mutating func store(_ ids: [UUID], _ append: StreamAppend, duplicates: Int, first: Int32) -> Outcome {
        streams[append.stream, default: Stream(organization: append.organization)].ids += ids
        return .appended(first...(first + Int32(append.events.count) - 1), duplicates: duplicates)
    }
}
