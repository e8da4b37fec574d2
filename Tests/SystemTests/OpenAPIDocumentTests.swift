import Testing
import Wire

/// The reader that judges our description must itself see what is wrong.
@Suite(.timeLimit(.minutes(1))) struct OpenAPIDocumentTests {
    private static func faults(_ paths: String) throws -> [String] {
        let text = #"{"components":{"schemas":{"A/b":{"type":"string"}}},"paths":\#(paths)}"#
        return OpenAPIDocument(root: try JSONValue(json: Array(text.utf8))).faults
    }

    @Test func `a good description has no faults`() throws {
        let path = """
            {"/calls/{call}":{"get":{"operationId":"call",
              "parameters":[{"name":"call","in":"path","required":true},{"name":"page","in":"query"}],
              "responses":{"200":{"description":"it","schema":{"$ref":"#/components/schemas/A~1b"}},
                           "default":{"description":"a problem"}}}}}
            """
        #expect(try Self.faults(path) == [])
    }

    @Test(arguments: [
        (#"{"/a":{"get":{}}}"#, "get /a: no responses"),
        (#"{"a":{"get":{"responses":{"200":{"description":""}}}}}"#, "get a: the path has no slash in front"),
        (#"{"/a":{"get":{"responses":{"20":{"description":""}}}}}"#, "get /a: 20 is no status"),
        (#"{"/a":{"get":{"responses":{"200":{}}}}}"#, "get /a: 200 has no description"),
        (
            #"{"/a/{b}":{"get":{"responses":{"200":{"description":""}}}}}"#,
            #"get /a/{b}: has ["b"], declares []"#
        ),
        (
            ##"{"/a":{"get":{"responses":{"200":{"description":"","$ref":"#/components/schemas/C"}}}}}"##,
            "#/components/schemas/C leads nowhere"
        ),
        (
            #"{"/a":{"get":{"operationId":"a","responses":{"200":{"description":""}}},"#
                + #""put":{"operationId":"a","responses":{"200":{"description":""}}}}}"#,
            "operationId a twice"
        ),
    ])
    func `each broken rule is one fault`(paths: String, fault: String) throws {
        #expect(try Self.faults(paths) == [fault])
    }
}
