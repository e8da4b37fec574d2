/// What the caller was likely to say.
package enum ExpectedInput: String, Hashable, Sendable, CaseIterable {
    case anything
    case yesOrNo = "yes_or_no"
    case digits
    case email
}
