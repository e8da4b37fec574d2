/// What becomes of a borrowed connection afterwards.
package enum LeaseEnd: Sendable {
    /// It goes to the next borrower, unless a command such as `SET` or `LISTEN` has changed the session: then it is closed.
    case reuse
    /// Something of the session would stay behind that no command shows: `set_config` or an advisory lock.
    case close
}
