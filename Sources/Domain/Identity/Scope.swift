/// One thing that may be done through the API. Keys are given scopes; users have those of their role.
package enum Scope: String, Hashable, Sendable, CaseIterable {
    case callsRead = "calls:read"
    case callsWrite = "calls:write"
    case agentsRead = "agents:read"
    case agentsWrite = "agents:write"
    case customersRead = "customers:read"
    case customersWrite = "customers:write"
    case learningRead = "learning:read"
    case analyticsRead = "analytics:read"
    case eventsRead = "events:read"
    case webhooksRead = "webhooks:read"
    case webhooksWrite = "webhooks:write"
    case campaignsRead = "campaigns:read"
    case campaignsWrite = "campaigns:write"
    case keysRead = "keys:read"
    case keysWrite = "keys:write"
    case usersRead = "users:read"
    case usersWrite = "users:write"
    case operationsRead = "operations:read"
    case operationsWrite = "operations:write"
    /// What is the platform's and no organization's.
    case platformRead = "platform:read"
}
