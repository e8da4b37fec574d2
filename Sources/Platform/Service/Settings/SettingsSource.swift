import Glibc

/// Where settings come from: the variables of the process, and the files they point to.
package struct SettingsSource: Sendable {
    /// Secrets are short: a longer file was named by mistake.
    package static let fileBytesMax = 64 * 1024

    package let variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    /// The environment of this process, as it is now.
    package static var process: SettingsSource {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            unsafe entry += 1
        }
        return SettingsSource(variables)
    }

    /// The text of a file without the line ends that editors put behind it.
    func file(at path: String) throws(SettingFault) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SettingFault("names a file that can't be opened") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SettingFault("names a file that can't be read") }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= Self.fileBytesMax else { throw SettingFault("names a file over 64 KiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingFault("names a file that is not UTF-8 text")
        }
        return text.trimmed
    }
}
