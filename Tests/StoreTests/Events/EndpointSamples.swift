import Domain

enum EndpointSamples {
    static let facts: [Fact] = [
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
