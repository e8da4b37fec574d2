/// The name of a table, column, schema or channel, to be interpolated into a statement; it is always quoted there.
package struct Identifier: Hashable, Sendable {
    /// Longer names are cut by the server, silently: two long names could become one.
    package static let bytesMax = 63

    package let name: String

    /// Refuses what no name can be: empty, longer than 63 bytes, or with a NUL in it.
    package init(_ name: String) throws(PostgresError) {
        guard !name.isEmpty, name.utf8.count <= Self.bytesMax, !name.utf8.contains(0) else {
            throw PostgresError(.invalidIdentifier)
        }
        self.name = name
    }

    var quoted: String {
        var quoted = "\""
        for character in name.unicodeScalars {
            if character == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}
