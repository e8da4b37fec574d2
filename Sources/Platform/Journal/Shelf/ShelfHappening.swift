package import Loop

/// What an operator should hear of a shelf.
package enum ShelfHappening: Hashable, Sendable {
    /// The disk does not take files. Told once; `mended` follows.
    case failing(SystemError)
    case mended
    /// A file ends too early, because too much waits for the disk, or because of its own length.
    case cut
    case swept(files: Int)
}
