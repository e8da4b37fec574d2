/// The trace of a request through the processes, as W3C Trace Context numbers it.
package struct TraceID: Hashable, Sendable {
    package let value: UInt128

    package init(value: UInt128) { self.value = value }
}
