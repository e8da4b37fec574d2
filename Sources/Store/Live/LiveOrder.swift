import Crypto
package import Domain
import Wire

/// What somebody elsewhere has for a call that is live in one of our processes.
package enum LiveOrder: Hashable, Sendable {
    case control(Control)
    /// What a carrier told, and the log has: the call shall know it, and not write it down again.
    case news([CallEvent])
}

/// An order on its way to the process that carries the call.
struct LiveParcel: Hashable, Sendable {
    /// By this it is known when it comes twice, on two ways.
    let id: UUID
    let call: CallID
    let order: LiveOrder
    /// Somebody waits to hear what became of it.
    let wantsAnswer: Bool

    init(id: UUID = .v7(), _ order: LiveOrder, to call: CallID, wantsAnswer: Bool) {
        (self.id, self.call, self.order, self.wantsAnswer) = (id, call, order, wantsAnswer)
    }

    func bytes() throws(CodecError) -> [UInt8] {
        JSONValue.object([
            ("id", .string(id.description)), ("call", .string(call.description)),
            ("order", try order.document()), ("wants_answer", .bool(wantsAnswer)),
        ]).bytes()
    }

    /// Nil for what no process of this release has sent.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(json: bytes), let id = document["id"]?.text.flatMap(UUID.init),
            let call = document["call"]?.text.flatMap(UUID.init),
            let order = document["order"].flatMap(LiveOrder.init)
        else { return nil }
        self.init(id: id, order, to: CallID(call), wantsAnswer: document["wants_answer"] == .bool(true))
    }
}

extension LiveOrder {
    private enum Word: String {
        case interrupt, cancel, stop, say, inject, mute, unmute, keys, transfer
        case hangUp = "hang_up"
    }

    func document() throws(CodecError) -> JSONValue {
        switch self {
        case .control(let control): return Self.document(control)
        case .news(let facts):
            var written: [JSONValue] = []
            for fact in facts {
                let type = Fact.call(fact).type
                guard let payload = try? JSONValue(json: try EventCodec.encode(.call(fact))) else { continue }
                written.append(
                    .object([
                        ("type", .string(type.rawValue)), ("version", .integer(Int64(type.schemaVersion))),
                        ("payload", payload),
                    ]))
            }
            return .object([("news", .array(written))])
        }
    }

    private static func document(_ control: Control) -> JSONValue {
        func word(_ word: Word, _ more: [(String, JSONValue)] = []) -> JSONValue {
            .object([("control", .string(word.rawValue))] + more)
        }
        switch control {
        case .interrupt: return word(.interrupt)
        case .cancel: return word(.cancel)
        case .emergencyStop: return word(.stop)
        case .say(let text, let isInterruptible):
            return word(.say, [("text", .string(text.revealed)), ("flag", .bool(isInterruptible))])
        case .inject(let text, let replies):
            return word(.inject, [("text", .string(text.revealed)), ("flag", .bool(replies))])
        case .mute: return word(.mute)
        case .unmute: return word(.unmute)
        case .sendKeys(let keys): return word(.keys, [("text", .string(keys.revealed))])
        case .transfer(let target, let mode):
            return word(.transfer, [("text", .string(target.revealed)), ("mode", .string(mode.rawValue))])
        case .hangUp: return word(.hangUp)
        // What is likely to be said next is known where the call lives.
        case .expect, .letGo: return .null
        }
    }

    init?(_ document: JSONValue) {
        if case .array(let entries)? = document["news"] {
            self = .news(entries.compactMap(Self.fact))
            return
        }
        guard let word = document["control"]?.text.flatMap(Word.init) else { return nil }
        let text = Private(document["text"]?.text ?? "")
        let flag = document["flag"] == .bool(true)
        switch word {
        case .interrupt: self = .control(.interrupt)
        case .cancel: self = .control(.cancel)
        case .stop: self = .control(.emergencyStop)
        case .say: self = .control(.say(text, isInterruptible: flag))
        case .inject: self = .control(.inject(text, replies: flag))
        case .mute: self = .control(.mute)
        case .unmute: self = .control(.unmute)
        case .keys: self = .control(.sendKeys(text))
        case .hangUp: self = .control(.hangUp)
        case .transfer:
            guard let mode = document["mode"]?.text.flatMap(TransferMode.init) else { return nil }
            self = .control(.transfer(target: text, mode))
        }
    }

    private static func fact(_ entry: JSONValue) -> CallEvent? {
        guard let type = entry["type"]?.text, let version = entry["version"]?.wholeNumber,
            let payload = entry["payload"],
            case .fact(.call(let fact))? = try? EventCodec.decode(
                type: type, schemaVersion: Int16(clamping: version), payload: payload.bytes())
        else { return nil }
        return fact
    }
}
