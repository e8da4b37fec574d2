/// How a call is traced.
package enum TraceLimits {
    /// So many bytes of steps are handed on together,
    package static let pieceBytes = 4_096
    /// or those of so long: what a process that is killed takes with it.
    package static let pieceTime: Int64 = 1_000
}
