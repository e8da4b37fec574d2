/// Who or what took the call.
package enum AnsweredBy: String, Hashable, Sendable, CaseIterable {
    case human
    case machine
    case fax
    case unknown
}
