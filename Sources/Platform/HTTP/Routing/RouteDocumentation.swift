package import Wire

/// What readers of an interface are told about one route.
package struct RouteDocumentation: Sendable {
    /// One item of the query, or one header.
    package struct QueryParameter: Sendable {
        package let name: String
        package let schema: Schema
        package let description: String

        package init(_ name: String, _ schema: Schema, _ description: String) {
            self.name = name
            self.schema = schema
            self.description = description
        }
    }

    /// Who may ask.
    package enum Access: Sendable {
        /// It is not said here.
        case unsaid
        /// Anybody.
        case everybody
        /// Who shows a token or key with this scope; nil is any of them.
        case bearer(scope: String?)
    }

    /// One way in which the route answers.
    package struct Answer: Sendable {
        package let status: Status
        package let description: String
        package let schema: Schema?
        package let contentType: ContentType
        package let example: JSONValue?

        package init(
            _ status: Status, _ description: String, _ schema: Schema? = nil, contentType: ContentType = .json,
            example: JSONValue? = nil
        ) {
            self.example = example
            self.status = status
            self.description = description
            self.schema = schema
            self.contentType = contentType
        }
    }

    package var summary: String
    package var description: String
    package var tags: [String]
    package var query: [QueryParameter]
    package var headers: [QueryParameter] = []
    package var body: Schema?
    package var bodyExample: JSONValue?
    package var access = Access.unsaid
    /// The operation's name for those who generate clients.
    package var name: String?
    package var answers: [Answer]

    package init(
        _ summary: String = "", description: String = "", tags: [String] = [], query: [QueryParameter] = [],
        body: Schema? = nil, answers: [Answer] = []
    ) {
        self.summary = summary
        self.description = description
        self.tags = tags
        self.query = query
        self.body = body
        self.answers = answers
    }
}
