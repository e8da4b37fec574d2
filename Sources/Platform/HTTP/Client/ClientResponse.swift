/// The head of a response, and its body as it arrives. Letting go of the body before its end cancels the transfer.
package struct ClientResponse: Sendable {
    package let status: Status
    package let headers: Headers
    package let body: ClientBody
}
