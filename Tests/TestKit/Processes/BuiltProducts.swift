package import Foundation

/// Where the build put the executables that belong to the running tests.
package enum BuiltProducts {
    package static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    package static func executable(_ name: String) -> URL { folder.appending(path: name) }

    /// The top of the repository.
    package static let repository = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
}
