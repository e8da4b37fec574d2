/// What happens to what we remember of a customer.
package enum MemoryEvent: Hashable, Sendable {
    case memoryRemembered(MemoryRemembered)
    case memoryCorrected(MemoryCorrected)
    case memoryForgotten(MemoryForgotten)

    package var type: EventType {
        switch self {
        case .memoryRemembered: .memoryRemembered
        case .memoryCorrected: .memoryCorrected
        case .memoryForgotten: .memoryForgotten
        }
    }
}
