import Testing

@testable import HTTP

@Suite struct EntityTagTests {
    private static let tag = EntityTag("a")

    @Test(arguments: ["\"a\"", "\"a-gzip\"", "W/\"a\"", "W/\"a-gzip\"", "*", "\"x\", \"a\"", "\"x\" ,\t\"a-gzip\" "])
    func `whoever reads again may name either form, strongly or weakly`(list: String) {
        #expect(Self.tag.isNamed(in: list))
    }

    @Test(arguments: ["", "a", "\"b\"", "\"a-gzip-gzip\"", "\"A\"", "w/\"a\"", "\"a", "\"*\""])
    func `anything else is another version`(list: String) {
        #expect(!Self.tag.isNamed(in: list) && !Self.tag.isNamedStrongly(in: list))
    }

    @Test func `whoever changes something must name it strongly`() {
        for list in ["\"a\"", "\"x\", \"a-gzip\"", "*"] { #expect(Self.tag.isNamedStrongly(in: list), "\(list)") }
        for list in ["W/\"a\"", "W/\"a-gzip\""] { #expect(!Self.tag.isNamedStrongly(in: list), "\(list)") }
    }

    @Test func `a header is a strong tag, or none of ours`() {
        #expect(EntityTag(header: "\"a\"") == Self.tag)
        for header in ["W/\"a\"", "a", "\"", "", "\"a b\"", "\"a\"b\""] {
            #expect(EntityTag(header: header) == nil, "\(header)")
        }
    }
}
