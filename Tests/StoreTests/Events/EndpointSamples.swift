import Domain

enum EndpointSamples {
    static let facts: [Fact] = [
        .endpoint(
            .endpointCreated(EndpointCreated(host: "example.org", events: ["call.*"], isEnabled: true))),
        .endpoint(
            .endpointChanged(EndpointChanged(host: "example.net", events: ["*"], isEnabled: false))),
        .endpoint(.endpointDeleted(EndpointDeleted())),
        .endpoint(.endpointSecretRotated(EndpointSecretRotated())),
        .endpoint(.endpointReplayed(EndpointReplayed(job: 4711))),
        .endpoint(
            .deliveryRetried(
                DeliveryRetried(
                    delivery: WebhookDeliveryID(value: 0x0198c5a2_7a00_7000_8000_0000000000d1),
                    event: EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000d2)))),
        .endpoint(.endpointTested(EndpointTested())),
        .endpoint(.endpointDisabled(EndpointDisabled(reason: .failing, failures: 42))),
    ]
}

extension DisablingReason: Arbitrary {}

extension EndpointTested: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointTested { EndpointTested() }
}

extension EndpointDisabled: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointDisabled {
        EndpointDisabled(reason: .any(&dice), failures: .any(&dice))
    }
}

extension EndpointCreated: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointCreated {
        EndpointCreated(host: .any(&dice), events: .any(&dice), isEnabled: .any(&dice))
    }
}

extension EndpointChanged: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointChanged {
        EndpointChanged(host: .any(&dice), events: .any(&dice), isEnabled: .any(&dice))
    }
}

extension EndpointDeleted: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointDeleted { EndpointDeleted() }
}

extension EndpointSecretRotated: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointSecretRotated { EndpointSecretRotated() }
}

extension EndpointReplayed: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointReplayed { EndpointReplayed(job: .any(&dice)) }
}

extension DeliveryRetried: Arbitrary {
    static func any(_ dice: inout Dice) -> DeliveryRetried {
        DeliveryRetried(delivery: .any(&dice), event: .any(&dice))
    }
}
