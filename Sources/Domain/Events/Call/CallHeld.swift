/// `call.held`: the carrier has put our side on hold.
package struct CallHeld: Hashable, Sendable {
    package init() {}
}
