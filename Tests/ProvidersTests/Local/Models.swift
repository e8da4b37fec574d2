import Foundation
import Loop
import TestKit

@testable import Providers

/// Where the models of local engines are, while tests run.
enum Models {
    static let folder =
        ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"]
        ?? BuiltProducts.repository.appending(path: ".ledgerline/models").path

    /// Read once: the weights are 90 MB.
    private static let network = Result { try MiniLMEmbedder(folder: folder, on: try Lane(name: "embed")) }

    static func miniLM() throws -> MiniLMEmbedder { try network.get() }
}
