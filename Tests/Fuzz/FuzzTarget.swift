@testable import HTTP

/// What can be fuzzed. A broken law traps, which libFuzzer reports with the input that broke it.
enum FuzzTarget: String, CaseIterable {
    case json
    case base64
    case telnyxMedia = "telnyx-media"
    case twilioMedia = "twilio-media"
    case webMedia = "web-media"
    case mediaSession = "media-session"
    case deepgramLive = "deepgram-live"
    case cartesia
    case chat
    case httpHead = "http-head"
    case httpChunks = "http-chunks"
    case webSocketServer = "websocket-server"
    case webSocketClient = "websocket-client"
    case redisReply = "redis-reply"
    case jwt
    case conversation
    case words

    typealias Entry = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

    var entry: Entry {
        switch self {
        case .json: return { FuzzTarget.check($0, $1, JSONLaws.check) }
        case .base64: return { FuzzTarget.check($0, $1, Base64Laws.check) }
        case .telnyxMedia: return { FuzzTarget.check($0, $1, TelnyxMediaLaws.check) }
        case .twilioMedia: return { FuzzTarget.check($0, $1, TwilioMediaLaws.check) }
        case .webMedia: return { FuzzTarget.check($0, $1, WebMediaLaws.check) }
        case .mediaSession: return { FuzzTarget.check($0, $1, MediaSessionLaws.check) }
        case .deepgramLive: return { FuzzTarget.check($0, $1, DeepgramLaws.check) }
        case .cartesia: return { FuzzTarget.check($0, $1, CartesiaLaws.check) }
        case .chat: return { FuzzTarget.check($0, $1, ChatLaws.check) }
        case .httpHead: return { FuzzTarget.check($0, $1, HTTPHeadLaws.check) }
        case .httpChunks: return { FuzzTarget.check($0, $1, HTTPChunkLaws.check) }
        case .webSocketServer: return { FuzzTarget.check($0, $1) { WebSocketLaws.check($0, .server) } }
        case .webSocketClient: return { FuzzTarget.check($0, $1) { WebSocketLaws.check($0, .client) } }
        case .redisReply: return { FuzzTarget.check($0, $1, RedisReplyLaws.check) }
        case .jwt: return { FuzzTarget.check($0, $1, JWTLaws.check) }
        case .words: return { FuzzTarget.check($0, $1, WordsLaws.check) }
        case .conversation: return { FuzzTarget.check($0, $1, CallLaws.check) }
        }
    }

    private static func check(_ start: UnsafePointer<UInt8>?, _ count: Int, _ laws: ([UInt8]) -> Void) -> Int32 {
        laws(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
}
