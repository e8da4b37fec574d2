import CSphinx
import Foundation
import Loop

/// Where the local recognizer finds its models, and how much it may do at once.
package struct SphinxSettings: Hashable, Sendable {
    /// The folder of Debian's `pocketsphinx-en-us`.
    package var folder = "/usr/share/pocketsphinx/model/en-us"
    /// Threads that decode.
    package var lanes = Loops.coreCount
    /// Utterances that may wait for one of them; the next is refused.
    package var waitingMax = 8
    /// Decoders a thread keeps, of 8 MB each; one for each agent it has lately heard for.
    package var decodersMax = 8
    /// How long an utterance may be on its way.
    package var patience = Duration.milliseconds(2_500)

    package init() {}

    var acoustic: String { folder + "/en-us" }
    var dictionary: String { folder + "/cmudict-en-us.dict" }

    /// What this machine lacks; nil if it lacks nothing.
    package var missing: SphinxMissing? {
        if unsafe sphinx_missing() != nil { return .library }
        let isThere = [acoustic + "/mdef", dictionary].allSatisfy(FileManager.default.isReadableFile)
        return isThere ? nil : .models
    }
}
