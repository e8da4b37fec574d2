@testable import HTTP

enum HTTPHeadLaws {
    /// The requests read, and whether they ended in a fault.
    private struct Reading {
        var requests: [Request] = []
        var fault: RequestFault?
    }

    static func check(_ bytes: [UInt8]) {
        checkVerdicts(bytes)
        let whole = read([bytes[...]])
        let pieces = read(Pieces(bytes))
        // A fault may be noticed later when bytes trickle in, but requests must be the same.
        precondition(pieces.requests.count == whole.requests.count, "another number of requests in pieces")
        for request in whole.requests {
            let isWhole = request.target == "*" && request.method == .options
            precondition(request.target.hasPrefix("/") || isWhole, "a target that is no path")
            precondition(request.headers.values(of: .host).count <= 1, "two hosts")
        }
        for (left, right) in zip(whole.requests, pieces.requests) {
            precondition(left.headers[.host] == right.headers[.host], "another host in pieces")
            precondition(left.method == right.method && left.path == right.path, "another request line in pieces")
            precondition(left.body == right.body, "another body in pieces")
            precondition(left.keepsAlive == right.keepsAlive, "another end in pieces")
        }
        precondition(pieces.fault == nil || whole.fault == pieces.fault, "another fault in pieces")
    }

    /// A verdict on a head stands, whatever follows.
    private static func checkVerdicts(_ bytes: [UInt8]) {
        let last = verdict(bytes[...])
        var end = 0
        for piece in Pieces(bytes) {
            end += piece.count
            let early = verdict(bytes[..<end])
            if early == .incomplete { continue }
            precondition(early == last, "a verdict changed with what followed")
        }
    }

    private enum Verdict: Equatable {
        case head(length: Int, target: Range<Int>, framing: RequestHead.Framing, fieldCount: Int)
        case fault(RequestFault)
        case incomplete
    }

    private static func verdict(_ bytes: ArraySlice<UInt8>) -> Verdict {
        do throws(HeadParser.Stop) {
            let head = try HeadParser.parse(bytes.span, Limits.Message())
            return .head(
                length: head.length, target: head.target, framing: head.framing, fieldCount: head.fields.count)
        } catch {
            switch error {
            case .incomplete: return .incomplete
            case .fault(let fault): return .fault(fault)
            }
        }
    }

    private static func read(_ pieces: some Sequence<ArraySlice<UInt8>>) -> Reading {
        var reader = RequestReader(Limits.Message())
        var reading = Reading()
        var held: [UInt8] = []
        for piece in pieces {
            held += piece
            var index = 0
            reading: while true {
                switch reader.read(held.span, &index) {
                case .needsMore: break reading
                case .needsContinue: continue
                case .request(let request): reading.requests.append(request)
                case .fault(let fault):
                    reading.fault = fault
                    return reading
                }
            }
            held.removeFirst(index)
        }
        return reading
    }
}
