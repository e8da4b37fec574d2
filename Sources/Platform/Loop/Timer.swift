/// Something to do at a moment, on the loop that it is armed on.
///
/// Belongs to that loop's thread. It can be armed again and again; the loop keeps it alive while it is armed.
package final class Timer {
    /// Where it stands in its loop's heap; -1 while not armed.
    var position = -1
    let fire: () -> Void

    package init(_ fire: @escaping () -> Void) { self.fire = fire }

    package var isArmed: Bool { position >= 0 }
}
