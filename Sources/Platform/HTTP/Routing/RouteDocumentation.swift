/// What readers of an interface are told about one route.
package struct RouteDocumentation: Sendable {
    /// One item of the query.
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

    /// One way in which the route answers.
    package struct Answer: Sendable {
        package let status: Status
        package let description: String
        package let schema: Schema?
        package let contentType: ContentType

        package init(
            _ status: Status, _ description: String, _ schema: Schema? = nil, contentType: ContentType = .json
        ) {
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
    package var body: Schema?
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
