/// `tool_secret.rotated`: posts to the organization's tools are signed with another secret from now on.
package struct ToolSecretRotated: Hashable, Sendable {
    package init() {}
}
