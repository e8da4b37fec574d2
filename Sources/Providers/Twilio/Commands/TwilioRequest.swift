import Domain
import HTTP
import Service
import Wire

/// An order as Twilio wants it: a form to a path of the account, in which a call's markup may stand.
struct TwilioRequest {
    /// Callbacks that tell of a leg from its first to its last moment.
    private static let statusEvents = ["initiated", "ringing", "answered", "completed"]
    /// Keeps a line open after what it was told to do, until somebody commands: Twilio hangs up at the end of its markup.
    private static let lineSecondsMax = 14_400

    let base: String
    let account: String
    let token: Secret
    let webhookBase: String

    /// The request, and whether twice is the same as once: Twilio knows no command again.
    func request(_ order: CarrierOrder) throws(CarrierError) -> (ClientRequest, isRepeatable: Bool) {
        let (path, form) = try content(order)
        let body = form.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        let login = Base64.standard.encode(Array("\(account):\(token.revealed)".utf8).span)
        let request = ClientRequest(
            .post, "\(base)/2010-04-01/Accounts/\(PercentCoding.encode(account))/Calls\(path).json",
            headers: Headers([
                .authorization: "Basic \(login)", .contentType: "application/x-www-form-urlencoded",
                .accept: "application/json",
            ]),
            body: .bytes(Array(body.utf8)))
        let isRepeatable =
            switch order.command {
            case .hangup, .stopRecording: true
            default: false
            }
        return (request, isRepeatable)
    }

    private func content(_ order: CarrierOrder) throws(CarrierError) -> (String, [(String, String)]) {
        if case .dial(let dial) = order.command { return ("", self.dial(dial, order.tag)) }
        guard let leg = order.leg else { throw .refused(status: 0, code: "no leg was named") }
        let call = "/" + PercentCoding.encode(leg)
        switch order.command {
        case .hangup: return (call, [("Status", "completed")])
        case .startRecording(let channels):
            return (
                call + "/Recordings",
                [
                    ("RecordingChannels", channels == 2 ? "dual" : "mono"),
                    ("RecordingStatusCallback", webhook("recording", order.tag)),
                    ("RecordingStatusCallbackEvent", "in-progress completed absent"),
                ]
            )
        case .stopRecording: return (call + "/Recordings/Twilio.CURRENT", [("Status", "stopped")])
        default: return (call, [("Twiml", try markup(order))])
        }
    }

    private func dial(_ dial: CarrierCommand.Dial, _ tag: LegTag?) -> [(String, String)] {
        let markup = TwiML.document { document in
            if let stream = dial.stream { connect(stream, tag, &document) } else { Self.hold(&document) }
        }
        var form = [
            ("To", dial.to.revealed), ("From", dial.from.revealed), ("Twiml", markup),
            ("Timeout", "\(min(max(dial.ringing.components.seconds, 5), 600))"),
            ("StatusCallback", webhook("status", tag)),
        ]
        form += Self.statusEvents.map { ("StatusCallbackEvent", $0) }
        if let length = dial.lengthMax {
            form.append(("TimeLimit", "\(min(max(length.components.seconds, 60), 14_400))"))
        }
        if dial.detectsMachines {
            form += [
                // It tells of a machine once: when one can speak to it.
                ("MachineDetection", "DetectMessageEnd"), ("AsyncAmd", "true"),
                ("AsyncAmdStatusCallback", webhook("machine", tag)),
            ]
        }
        return form
    }

    /// What a live call is told to do from now on, instead of what it does.
    private func markup(_ order: CarrierOrder) throws(CarrierError) -> String {
        switch order.command {
        case .answer(let stream):
            return TwiML.document { document in
                if let stream { connect(stream, order.tag, &document) } else { Self.hold(&document) }
            }
        case .startStreaming(let stream): return TwiML.document { connect(stream, order.tag, &$0) }
        case .transfer(let transfer):
            let callback = webhook("status", transfer.tag)
            return TwiML.document { document in
                document.element(
                    "Dial",
                    [
                        "timeout": "\(min(max(transfer.ringing.components.seconds, 5), 600))",
                        "callerId": transfer.from?.revealed,
                    ]
                ) { dial in
                    dial.element(
                        "Number",
                        [
                            "statusCallback": callback,
                            "statusCallbackEvent": Self.statusEvents.joined(separator: " "),
                        ], text: transfer.to.revealed)
                }
            }
        case .startPlayback(let url, let times):
            return TwiML.document { document in
                document.element("Play", ["loop": "\(min(max(times, 1), 100))"], text: url)
                Self.hold(&document)
            }
        case .speak(let text, let voice, let language):
            return TwiML.document { document in
                document.element("Say", ["voice": voice, "language": language], text: text.revealed)
                Self.hold(&document)
            }
        case .gather(let gather):
            return TwiML.document { document in
                document.element(
                    "Gather",
                    [
                        "input": "dtmf", "numDigits": "\(max(gather.digitsMax, 1))",
                        "timeout": "\(max(gather.patience.components.seconds, 1))",
                        "finishOnKey": gather.end.map { String($0) } ?? "",
                        "action": webhook("gather", order.tag, key: order.id.description),
                    ])
                Self.hold(&document)
            }
        case .sendDigits(let digits):
            return TwiML.document { document in
                document.element("Play", ["digits": digits.revealed])
                Self.hold(&document)
            }
        case .bridge, .stopPlayback, .stopStreaming, .dial, .hangup, .startRecording, .stopRecording:
            throw .unsupported(.twilio, command: order.command.name)
        }
    }

    private func connect(_ stream: CarrierCommand.MediaStream, _ tag: LegTag?, _ document: inout TwiML) {
        TwilioMarkup.connect(stream, callback: webhook("stream", tag), &document)
    }

    private static func hold(_ document: inout TwiML) { document.element("Pause", ["length": "\(lineSecondsMax)"]) }

    private func webhook(_ kind: String, _ tag: LegTag?, key: String? = nil) -> String {
        TwilioMarkup.webhook(kind, tag, key: key, at: webhookBase)
    }
}
