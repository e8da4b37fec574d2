import Domain
package import Loop
import Synchronization

/// Threads that listen with Vosk, and the model they share. For all loops of a process.
package final class VoskDesk: Sendable {
    let settings: VoskSettings
    let model: SharedVoskModel
    private let lanes: [Lane]
    private let next = Atomic<Int>(0)

    package init(_ settings: VoskSettings) throws(SystemError) {
        self.settings = settings
        model = SharedVoskModel(folder: settings.model)
        var lanes: [Lane] = []
        for number in 0..<max(1, settings.lanes) {
            lanes.append(try Lane(name: "vosk-\(number)", limit: settings.waitingMax))
        }
        self.lanes = lanes
    }

    /// A stream's thread: its sound must keep its order.
    func lane() -> Lane { lanes[next.wrappingAdd(1, ordering: .relaxed).oldValue % lanes.count] }
}

/// The ear of one stream. Only errands on its lane touch it, and whoever lets go of it last, which is why `@unchecked` holds.
final class VoskSeat: @unchecked Sendable {
    private let model: SharedVoskModel
    private let rate: Int
    private var ear: VoskEar?

    init(_ model: SharedVoskModel, rate: Int) { (self.model, self.rate) = (model, rate) }

    /// Takes seconds where nobody has read the model yet.
    func open() -> StreamFault? {
        do throws(StreamFault) {
            ear = try VoskEar(try model.get(), rate: rate)
            return nil
        } catch {
            return error
        }
    }

    func hear(_ samples: [Int16]) -> Result<VoskAnswer, StreamFault> {
        result { ear throws(StreamFault) in try ear.hear(samples) }
    }

    func conclude() -> Result<VoskAnswer, StreamFault> { result { ear throws(StreamFault) in try ear.conclude() } }

    private func result(_ body: (VoskEar) throws(StreamFault) -> VoskAnswer) -> Result<VoskAnswer, StreamFault> {
        guard let ear else { return .failure(StreamFault(.unreachable)) }
        do throws(StreamFault) {
            return .success(try body(ear))
        } catch {
            return .failure(error)
        }
    }
}
