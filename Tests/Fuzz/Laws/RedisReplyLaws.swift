@testable import Redis

enum RedisReplyLaws {
    private struct Reading: Equatable {
        var replies: [RedisValue] = []
        var hasFault = false
    }

    static func check(_ bytes: [UInt8]) {
        precondition(read([bytes[...]]) == read(Pieces(bytes)), "other replies in pieces")
    }

    private static func read(_ pieces: some Sequence<ArraySlice<UInt8>>) -> Reading {
        var reader = RedisReplyReader()
        var reading = Reading()
        for piece in pieces {
            piece.withUnsafeBytes { reader.feed($0) }
            do throws(RedisReplyFault) {
                while let reply = try reader.next() { reading.replies.append(reply) }
            } catch {
                reading.hasFault = true
                return reading
            }
        }
        return reading
    }
}
