/// `webhook_endpoint.secret_rotated`: what goes there is signed with another secret from now on.
package struct EndpointSecretRotated: Hashable, Sendable {
    package init() {}
}
