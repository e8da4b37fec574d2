import Service

/// Why there are no embeddings but hashed ones, and what to do about it.
package enum WeightsFault: String, Error, Harmless {
    case noFolder = "LEDGERLINE_MODELS is not set: name the folder that deploy/local/models fills"
    case unreadable =
        "model.safetensors or vocab.txt is not in the folder of LEDGERLINE_MODELS: run deploy/local/models"
    case foreign = "model.safetensors or vocab.txt is not the pinned one: delete it and run deploy/local/models"
    case malformed = "model.safetensors or vocab.txt is broken: delete it and run deploy/local/models"

    package var description: String { rawValue }
}
