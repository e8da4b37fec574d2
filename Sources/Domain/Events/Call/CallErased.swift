/// `call.erased`: what people said in the call, and what they are reached by, is taken from whoever reads it. That there was such a
/// call stays.
package struct CallErased: Hashable, Sendable {
    package var reason: ErasureReason

    package init(reason: ErasureReason) { self.reason = reason }
}
