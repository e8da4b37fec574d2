/// `api_key.created`: a program may call the API.
package struct APIKeyCreated: Hashable, Sendable {
    package var name: String
    package var scopes: [String]
    package var rateTier: String

    package init(name: String, scopes: [String], rateTier: String) {
        self.name = name
        self.scopes = scopes
        self.rateTier = rateTier
    }
}
