import HTTP
import Testing
import Wire

@testable import Process

/// The interface as a page for people.
struct DocsPageTests {
    private static func page(_ routes: [Route], _ schemas: [(String, Schema)] = []) -> (page: DocsPage, text: String) {
        let page = DocsPage(OpenAPI.tree(title: "House & Co", version: "1", routes: routes, schemas: schemas))
        return (page, String(decoding: page.html, as: UTF8.self))
    }

    private static let route = Route.atOnce(
        .get, "/rooms/{id}",
        RouteDocumentation(
            "One <room>", tags: ["Rooms"],
            answers: [
                .init(.ok, "The room", .object(.required("name", .string), .optional("doors", .array(of: .integer))))
            ])
    ) { (_: Request, _: String) in Response(.ok) }

    @Test func `each route is there by its tag, with what it answers`() {
        let text = Self.page([Self.route]).text
        #expect(text.contains(#"<h2 id="tag-rooms">Rooms</h2>"#))
        #expect(text.contains(#"<details id="get--rooms--id-">"#) && text.contains("<code>/rooms/{id}</code>"))
        #expect(text.contains("<code>doors</code> <span class=\"faint\">optional</span></td><td>list of integer"))
    }

    @Test func `whatever it says is text and no markup`() {
        let text = Self.page([Self.route]).text
        #expect(text.contains("One &lt;room&gt;") && !text.contains("<room>"))
        #expect(text.contains("<title>House &amp; Co</title>"))
        #expect(HTMLText.escape(#"<a href="x" title='y'>&"#) == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;")
    }

    @Test func `names between backticks are set apart, and a single one is a character`() {
        #expect(HTMLText.prose("the `id` of <it>") == "the <code>id</code> of &lt;it&gt;")
        #expect(HTMLText.prose("a ` b") == "a ` b")
    }

    @Test func `shapes are named once and pointed to`() {
        let route = Route.atOnce(
            .get, "/doors",
            RouteDocumentation("Doors", tags: ["Doors"], answers: [.init(.ok, "All", .array(of: .named("Door")))])
        ) { (_: Request) in Response(.ok) }
        let text = Self.page([route], [("Door", .object(.required("width", .integer)))]).text
        #expect(text.contains(##"list of <a href="#shape-door">Door</a>"##))
        #expect(text.contains(#"<h3 id="shape-door">Door</h3>"#))
    }

    @Test func `a browser fetches nothing for it, and runs nothing`() {
        let (page, text) = Self.page([Self.route])
        #expect(page.policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(!text.contains("<script") && !text.contains("http://") && !text.contains("https://"))
        #expect(!text.contains(" src=") && !text.contains("<link") && !text.contains(" style="))
    }

    @Test func `examples are shown over several lines`() throws {
        let value = try JSONValue(json: Array(#"{"a":[1,{"b":"<"}],"c":{},"d":[]}"#.utf8))
        #expect(
            DocsSchema.indented(value) == """
                {
                  "a": [
                    1,
                    {
                      "b": "<"
                    }
                  ],
                  "c": {},
                  "d": []
                }
                """)
    }
}
