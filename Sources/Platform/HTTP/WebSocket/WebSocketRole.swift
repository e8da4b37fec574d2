/// Which side of a WebSocket we are. Clients mask what they send and servers do not; each insists on the other's part.
package enum WebSocketRole: Sendable { case client, server }
