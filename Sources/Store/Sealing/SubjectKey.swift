import Crypto

/// The key of one person in one organization: what is sealed with it can be read as long as it exists.
package struct SubjectKey: Sendable {
    package let id: Int64
    let box: SealedBox

    init(id: Int64, _ box: SealedBox) {
        self.id = id
        self.box = box
    }
}
