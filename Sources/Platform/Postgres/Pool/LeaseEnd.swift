/// What becomes of a borrowed connection afterwards.
package enum LeaseEnd: Sendable {
    case reuse
    /// Something of the session would stay behind: a setting, a lock, a temporary table.
    case close
}
