@testable import HTTP

enum WebSocketLaws {
    private struct Heard: Equatable {
        let event: WebSocketDecoder.Event
        let payload: [UInt8]
    }

    private struct Reading: Equatable {
        var heard: [Heard] = []
        var violation: WebSocketViolation?
    }

    private static let sizeMax = 1024

    static func check(_ bytes: [UInt8], _ role: WebSocketRole) {
        precondition(read([bytes[...]], role) == read(Pieces(bytes), role), "other messages in pieces")
    }

    private static func read(_ pieces: some Sequence<ArraySlice<UInt8>>, _ role: WebSocketRole) -> Reading {
        var decoder = WebSocketDecoder(role: role, sizeMax: sizeMax, compression: MessageCompression())
        var reading = Reading()
        for piece in pieces {
            var position = 0
            do throws(WebSocketViolation) {
                while true {
                    let event = try decoder.advance(piece.span, from: &position)
                    if event == .needsMore { break }
                    let payload = decoder.withPayload { span in span.withUnsafeBufferPointer { Array($0) } }
                    precondition(payload.count <= sizeMax, "a message larger than the limit")
                    reading.heard.append(Heard(event: event, payload: payload))
                    if case .close = event { return reading }
                }
            } catch {
                reading.violation = error
                return reading
            }
            precondition(position == piece.count, "bytes were left although more were wanted")
        }
        return reading
    }
}
