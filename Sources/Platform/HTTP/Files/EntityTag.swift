/// Names one version of one file's bytes, strongly (RFC 9110 §8.8.3): by which file it is, how long, and when it was changed.
struct EntityTag: Hashable, Sendable {
    let text: String

    init(file: UInt64, size: Int, modified: Int64) {
        let parts = [String(file, radix: 16), String(size, radix: 16), String(modified, radix: 16)]
        text = "\"\(parts.joined(separator: "-"))\""
    }

    /// Whether an `If-None-Match` list names it. Weak tags count: for reading again that is enough.
    func isNamed(in list: String) -> Bool {
        let names = ["*", text, "W/" + text]
        return list.split(separator: ",").contains { names.contains(String($0).trimmingBlanks) }
    }
}
