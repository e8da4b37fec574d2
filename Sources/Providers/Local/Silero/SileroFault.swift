import Service

/// Why voice activity can't be judged by the network, and what to do about it.
package enum SileroFault: String, Error, Harmless {
    case noFolder = "LEDGERLINE_MODELS is not set: name the folder that deploy/local/models fills"
    case missing = "silero_vad.onnx is not in the folder of LEDGERLINE_MODELS: deploy/local/models fetches it"
    case unreadable = "silero_vad.onnx can't be read: look at its permissions"
    case tooLarge = "silero_vad.onnx is larger than it can be: delete it and run deploy/local/models"
    case malformed = "silero_vad.onnx is no model, or a broken one: delete it and run deploy/local/models"
    case anotherModel = "silero_vad.onnx has other layers than the pinned one: delete it and run deploy/local/models"

    package var description: String { rawValue }
}
