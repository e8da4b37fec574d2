/// What kind of value comes next, told by its first byte.
package enum JSONKind: Hashable, Sendable {
    case object
    case array
    case string
    case number
    case bool
    case null
}
