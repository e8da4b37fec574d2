import Synchronization

/// Numbers for ids that must be unique but need not be secret: a counter through a mixing function (SplitMix64), from a
/// random start. One atomic addition each, from any thread, with no system call.
final class IDSource: Sendable {
    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

    private let counter: Atomic<UInt64>

    init(seed: UInt64 = .random(in: .min ... .max)) { counter = Atomic(seed) }

    func next() -> UInt64 {
        var bits = counter.wrappingAdd(Self.step, ordering: .relaxed).newValue
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
