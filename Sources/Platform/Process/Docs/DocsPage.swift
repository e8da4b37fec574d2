import Crypto
import HTTP
import Wire

/// An interface as one page for people, made from the document for machines: no script, no other server, nothing to fetch.
struct DocsPage {
    private let document: JSONValue

    init(_ document: JSONValue) { self.document = document }

    /// Nothing but the style that it brings along.
    var policy: String {
        let digest = HashFunction.sha256.digest(of: Array(Self.style.utf8))
        return "default-src 'none'; style-src 'sha256-\(Base64.standard.encode(digest.span))'; frame-ancestors 'none'; "
            + "base-uri 'none'; form-action 'none'"
    }

    var html: [UInt8] {
        let title = HTMLText.escape(document["info"]?["title"]?.text ?? "")
        let groups = groups
        var page = HTMLText()
        page.add("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        page.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        page.add("<title>\(title)</title><style>\(Self.style)</style></head><body>")
        page.add("<header><h1>\(title)</h1><p>For machines: <a href=\"openapi.json\">openapi.json</a>")
        page.add(", version \(HTMLText.escape(document["info"]?["version"]?.text ?? ""))</p></header><nav><ul>")
        for (tag, operations) in groups {
            page.add(
                "<li><a href=\"#\(HTMLText.anchor("tag", tag))\">\(HTMLText.escape(tag))</a> \(operations.count)</li>")
        }
        page.add("<li><a href=\"#shapes\">Shapes</a></li></ul></nav><main>")
        for (tag, operations) in groups {
            page.add("<section><h2 id=\"\(HTMLText.anchor("tag", tag))\">\(HTMLText.escape(tag))</h2>")
            for operation in operations { operation.write(to: &page) }
            page.add("</section>")
        }
        page.add("<section><h2 id=\"shapes\">Shapes</h2>")
        for (name, schema) in members(of: document["components"]?["schemas"]) {
            page.add("<h3 id=\"\(HTMLText.anchor("shape", name))\">\(HTMLText.escape(name))</h3>")
            DocsSchema(schema).write(to: &page)
        }
        page.add("</section></main></body></html>\n")
        return Array(page.text.utf8)
    }

    /// By their tags, in the order of the document.
    private var groups: [(String, [DocsOperation])] {
        var order: [String] = []
        var groups: [String: [DocsOperation]] = [:]
        for (path, methods) in members(of: document["paths"]) {
            for (method, words) in members(of: methods) {
                guard case .array(let tags)? = words["tags"], let tag = tags.first?.text else { continue }
                if groups[tag] == nil { order.append(tag) }
                groups[tag, default: []].append(DocsOperation(method: method, path: path, words: words))
            }
        }
        return order.map { ($0, groups[$0] ?? []) }
    }

    private func members(of value: JSONValue?) -> [(String, JSONValue)] {
        guard case .object(let object)? = value else { return [] }
        return object.members.map { ($0.name, $0.value) }
    }

    private static let style = """
        :root{color-scheme:light dark;--line:#8884;--soft:#8882}\
        body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:0 1rem 4rem}\
        h1{margin-bottom:0}h2{margin-top:3rem;border-bottom:1px solid var(--line)}h3{margin:1.5rem 0 .25rem}\
        nav ul{columns:12rem;padding-left:1rem}\
        details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0}\
        summary{cursor:pointer;padding:.4rem .6rem}details>div{padding:0 .8rem .8rem}\
        .method{display:inline-block;min-width:4.2rem;font-weight:700;font-size:.8rem;text-transform:uppercase}\
        code,pre{font:13px/1.45 ui-monospace,monospace}\
        pre{background:var(--soft);padding:.6rem;border-radius:6px;overflow:auto;max-height:24rem}\
        table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.2rem .5rem;\
        border-bottom:1px solid var(--line)}.faint{opacity:.65}
        """
}
