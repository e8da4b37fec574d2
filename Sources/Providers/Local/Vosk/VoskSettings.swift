import CVosk
import Foundation
import Loop

/// Where Vosk and a model for it are, and how much it may do at once.
package struct VoskSettings: Hashable, Sendable {
    package var library: String
    /// A folder, of whatever language.
    package var model: String
    /// Threads that listen.
    package var lanes = Loops.coreCount
    /// Pieces of sound that may wait for one of them; with the next its stream has failed.
    package var waitingMax = 128
    /// How long the last words of a turn may be on their way.
    package var patience = Duration.milliseconds(2_500)

    package init(library: String, model: String) { (self.library, self.model) = (library, model) }

    /// What this machine lacks; nil if it lacks nothing.
    package var missing: VoskMissing? {
        if unsafe ear_missing(library) != nil { return .library }
        let isThere = ["/am/final.mdl", "/final.mdl"].contains {
            FileManager.default.isReadableFile(atPath: model + $0)
        }
        return isThere ? nil : .model
    }
}
