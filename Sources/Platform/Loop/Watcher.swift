/// Somebody who is told on the loop's thread when a descriptor becomes ready.
///
/// The loop keeps a watcher alive from `watch` to `unwatch`.
package protocol Watcher: AnyObject {
    func ready(_ readiness: Readiness)
}
