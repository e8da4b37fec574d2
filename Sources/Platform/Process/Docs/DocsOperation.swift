import Wire

/// One route, as people read it.
struct DocsOperation {
    let method: String
    let path: String
    let words: JSONValue

    func write(to page: inout HTMLText) {
        page.add("<details id=\"\(HTMLText.anchor(method, path))\"><summary><span class=\"method\">\(method)</span> ")
        page.add("<code>\(HTMLText.escape(path))</code> \(escaped("summary"))</summary><div>")
        if words["description"] != nil { page.add("<p>\(escaped("description"))</p>") }
        if case .array(let all)? = words["security"], !all.isEmpty {
            page.add("<p class=\"faint\">Needs a bearer token.</p>")
        }
        parameters(&page)
        body(&page)
        answers(&page)
        page.add("</div></details>")
    }

    private func escaped(_ name: String) -> String { HTMLText.prose(words[name]?.text ?? "") }

    private func parameters(_ page: inout HTMLText) {
        guard case .array(let parameters)? = words["parameters"], !parameters.isEmpty else { return }
        page.add("<h4>Parameters</h4><table>")
        for parameter in parameters {
            let needed = parameter["required"] == .bool(true) ? "" : " <span class=\"faint\">optional</span>"
            page.add("<tr><td><code>\(HTMLText.escape(parameter["name"]?.text ?? ""))</code>\(needed)</td>")
            page.add("<td class=\"faint\">\(HTMLText.escape(parameter["in"]?.text ?? ""))</td><td>")
            page.add(HTMLText.prose(parameter["description"]?.text ?? ""))
            if let schema = parameter["schema"] { page.add(" <span class=\"faint\">\(DocsSchema(schema).word)</span>") }
            page.add("</td></tr>")
        }
        page.add("</table>")
    }

    private func body(_ page: inout HTMLText) {
        guard let content = words["requestBody"]?["content"] else { return }
        page.add("<h4>Body</h4>")
        self.content(content, &page)
    }

    private func answers(_ page: inout HTMLText) {
        guard case .object(let answers)? = words["responses"] else { return }
        page.add("<h4>Answers</h4>")
        for answer in answers.members {
            page.add("<p><strong>\(HTMLText.escape(answer.name))</strong> ")
            page.add("\(HTMLText.prose(answer.value["description"]?.text ?? ""))</p>")
            if let content = answer.value["content"], answer.name.hasPrefix("2") { self.content(content, &page) }
        }
    }

    private func content(_ content: JSONValue, _ page: inout HTMLText) {
        guard case .object(let kinds) = content else { return }
        for kind in kinds.members {
            page.add("<p class=\"faint\">\(HTMLText.escape(kind.name))</p>")
            if let schema = kind.value["schema"] { DocsSchema(schema).write(to: &page) }
            if let example = kind.value["example"] {
                page.add("<pre>\(HTMLText.escape(DocsSchema.indented(example)))</pre>")
            }
        }
    }
}
