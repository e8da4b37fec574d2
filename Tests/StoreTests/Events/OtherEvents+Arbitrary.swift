import Domain

extension AgentCreated: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentCreated {
        AgentCreated(name: .any(&dice), settings: .any(&dice))
    }
}

extension AgentChanged: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentChanged {
        AgentChanged(name: .any(&dice), settings: .any(&dice))
    }
}

extension AgentPublished: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentPublished {
        AgentPublished(agentVersion: .any(&dice), settings: .any(&dice))
    }
}

extension AgentRestored: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentRestored {
        AgentRestored(agentVersion: .any(&dice))
    }
}

extension AgentArchived: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentArchived { AgentArchived() }
}

extension CustomerCreated: Arbitrary {
    static func any(_ dice: inout Dice) -> CustomerCreated {
        CustomerCreated(
            phone: .any(&dice), email: .any(&dice), name: .any(&dice), segment: .any(&dice), metadata: .any(&dice))
    }
}

extension CustomerChanged: Arbitrary {
    static func any(_ dice: inout Dice) -> CustomerChanged {
        CustomerChanged(changes: .any(&dice))
    }
}

extension CustomerMerged: Arbitrary {
    static func any(_ dice: inout Dice) -> CustomerMerged {
        CustomerMerged(absorbed: .any(&dice))
    }
}

extension CustomerErased: Arbitrary {
    static func any(_ dice: inout Dice) -> CustomerErased {
        CustomerErased(reason: .any(&dice))
    }
}

extension UserCreated: Arbitrary {
    static func any(_ dice: inout Dice) -> UserCreated {
        UserCreated(email: .any(&dice), name: .any(&dice), role: .any(&dice))
    }
}

extension UserSignedIn: Arbitrary {
    static func any(_ dice: inout Dice) -> UserSignedIn {
        UserSignedIn(family: .any(&dice), address: .any(&dice))
    }
}

extension UserTokenRefreshed: Arbitrary {
    static func any(_ dice: inout Dice) -> UserTokenRefreshed {
        UserTokenRefreshed(family: .any(&dice))
    }
}

extension UserTokenReuseDetected: Arbitrary {
    static func any(_ dice: inout Dice) -> UserTokenReuseDetected {
        UserTokenReuseDetected(family: .any(&dice), address: .any(&dice))
    }
}

extension UserRevoked: Arbitrary {
    static func any(_ dice: inout Dice) -> UserRevoked {
        UserRevoked(family: .any(&dice), reason: .any(&dice))
    }
}

extension APIKeyCreated: Arbitrary {
    static func any(_ dice: inout Dice) -> APIKeyCreated {
        APIKeyCreated(name: .any(&dice), scopes: .any(&dice), rateTier: .any(&dice))
    }
}

extension APIKeyRevoked: Arbitrary {
    static func any(_ dice: inout Dice) -> APIKeyRevoked {
        APIKeyRevoked(reason: .any(&dice))
    }
}

extension MemoryRemembered: Arbitrary {
    static func any(_ dice: inout Dice) -> MemoryRemembered {
        MemoryRemembered(
            memory: .any(&dice), kind: .any(&dice), content: .any(&dice), relevance: .any(&dice),
            provenance: .any(&dice), metadata: .any(&dice))
    }
}

extension MemoryCorrected: Arbitrary {
    static func any(_ dice: inout Dice) -> MemoryCorrected {
        MemoryCorrected(
            memory: .any(&dice), content: .any(&dice), provenance: .any(&dice), metadata: .any(&dice))
    }
}

extension MemoryForgotten: Arbitrary {
    static func any(_ dice: inout Dice) -> MemoryForgotten {
        MemoryForgotten(memory: .any(&dice), reason: .any(&dice), provenance: .any(&dice))
    }
}

extension PatternLearned: Arbitrary {
    static func any(_ dice: inout Dice) -> PatternLearned {
        PatternLearned(
            kind: .any(&dice), summary: .any(&dice), details: .any(&dice), agent: .any(&dice), successRate: .any(&dice),
            provenance: .any(&dice))
    }
}

extension PatternReinforced: Arbitrary {
    static func any(_ dice: inout Dice) -> PatternReinforced {
        PatternReinforced(success: .any(&dice), successRate: .any(&dice), uses: .any(&dice), provenance: .any(&dice))
    }
}

extension PatternRetired: Arbitrary {
    static func any(_ dice: inout Dice) -> PatternRetired {
        PatternRetired(reason: .any(&dice), successRate: .any(&dice))
    }
}
