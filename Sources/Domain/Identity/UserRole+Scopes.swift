extension UserRole {
    /// What users of this role may do. Each role may do what the one below it may, and more.
    package var scopes: Set<Scope> {
        switch self {
        case .viewer: [.callsRead, .agentsRead, .customersRead, .campaignsRead]
        case .analyst: Self.viewer.scopes.union([.learningRead, .analyticsRead, .eventsRead])
        case .developer:
            Self.analyst.scopes.union([
                .callsWrite, .agentsWrite, .customersWrite, .campaignsWrite, .webhooksRead, .webhooksWrite, .keysRead,
                .operationsRead,
            ])
        case .admin: Self.developer.scopes.union([.keysWrite, .usersRead, .operationsWrite, .platformRead])
        case .owner: Set(Scope.allCases)
        }
    }
}
