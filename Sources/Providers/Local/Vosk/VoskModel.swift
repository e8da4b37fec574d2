import CVosk
import Domain
import Synchronization

/// A model in memory. Any number of ears on any threads may share it, which is why `@unchecked` holds.
@safe final class VoskModel: @unchecked Sendable {
    fileprivate let model: OpaquePointer

    init(folder: String) throws(StreamFault) {
        guard let opened = unsafe ear_model_open(folder) else { throw StreamFault(.unreachable) }
        (unsafe model = unsafe opened)
    }

    deinit { unsafe ear_model_close(model) }
}

/// A model that is read once, by whoever needs it first.
final class SharedVoskModel: Sendable {
    private let folder: String
    private let model = Mutex<VoskModel?>(nil)

    init(folder: String) { self.folder = folder }

    func get() throws(StreamFault) -> VoskModel {
        try model.withLock { model throws(StreamFault) in
            if let model { return model }
            let read = try VoskModel(folder: folder)
            model = read
            return read
        }
    }
}

/// One stream's recognizer, on its lane's thread alone.
@safe final class VoskEar {
    private let ear: OpaquePointer
    /// Lives as long.
    private let model: VoskModel

    init(_ model: VoskModel, rate: Int) throws(StreamFault) {
        guard let opened = unsafe ear_open(model.model, Float(rate)) else { throw StreamFault(.refused) }
        (unsafe ear = unsafe opened)
        self.model = model
    }

    deinit { unsafe ear_close(ear) }

    func hear(_ samples: [Int16]) throws(StreamFault) -> VoskAnswer {
        switch unsafe ear_hear(ear, samples, samples.count) {
        case 0: return .goesOn(try VoskText.partial(unsafe Self.text(unsafe ear_partial(ear))))
        case 1: return .ended(try VoskText(unsafe Self.text(unsafe ear_result(ear))))
        default: throw StreamFault(.refused)
        }
    }

    /// The end of the turn, wherever the utterance is.
    func conclude() throws(StreamFault) -> VoskAnswer {
        .ended(try VoskText(unsafe Self.text(unsafe ear_conclude(ear))))
    }

    private static func text(_ json: UnsafePointer<CChar>?) -> String {
        guard let json = unsafe json else { return "" }
        return unsafe String(cString: json)
    }
}
