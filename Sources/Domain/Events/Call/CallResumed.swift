/// `call.resumed`: the carrier has taken our side off hold.
package struct CallResumed: Hashable, Sendable {
    package init() {}
}
