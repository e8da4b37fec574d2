/// To whom the end of a call is put down. `us` is the platform and the organization it speaks for.
package enum FaultOwner: String, Hashable, Sendable, CaseIterable {
    case caller
    case callee
    case carrier
    case provider
    case us
}
