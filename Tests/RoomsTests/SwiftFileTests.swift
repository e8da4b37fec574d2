import Testing

/// Telling code, comments and strings apart is what every rule stands on.
struct SwiftFileTests {
    @Test(arguments: [
        (#"let a = 1 // try"#, #"let a = 1       "#),
        (#"a /* b /* c */ d */ e"#, #"a                   e"#),
        (#"f("text // no comment") // yes"#, #"f(                    )       "#),
        (#"f("a \"b\" c", d)"#, #"f(           , d)"#),
        (#"f("a \(b("c")) d")"#, #"f(     b(   )    )"#),
        (##"f(#"a "b" \(c)"#, d)"##, ##"f(              , d)"##),
        (##"f(#"a \#(b) c"#)"##, ##"f(       b     )"##),
        ("a(\"open\nb", "a(     \nb"),
        ("a = \"\"\"\n  b \"c\" // d\n  \"\"\"; e", "a =    \n            \n     ; e"),
        ("// a\nb", "    \nb"),
        ("a)) + b", "a   + b"),
        (#"if #available(a) { #if }"#, #"if #available(a) { #if }"#),
    ])
    func `only code is left`(text: String, code: String) {
        #expect(SwiftFile(path: "a.swift", text: text).code.joined(separator: "\n") == code)
    }

    @Test func `comments keep their lines`() {
        let file = SwiftFile(path: "a.swift", text: "/// one\nlet a = \"// two\" // three\n/* four\nfive */ b")
        #expect(file.comments.map { $0.trimming() } == ["/// one", "// three", "/* four", "five */"])
        #expect(file.code.map { $0.trimming() } == ["", "let a =", "", "b"])
    }

    @Test func `every file of the checkout keeps its lines`() {
        for file in Repository.swiftFiles {
            #expect(file.code.count == file.lines.count, "\(file.path)")
            #expect(file.comments.count == file.lines.count, "\(file.path)")
        }
    }
}

extension String {
    fileprivate func trimming() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
