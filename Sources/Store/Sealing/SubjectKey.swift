import Crypto

/// A key as it is kept and sent: of use to nobody who does not have the house's.
package struct WrappedKey: Hashable, Sendable {
    package let id: Int64
    package let bytes: [UInt8]

    package init(id: Int64, bytes: [UInt8]) { (self.id, self.bytes) = (id, bytes) }
}

/// The key of one person in one organization: what is sealed with it can be read as long as it exists.
package struct SubjectKey: Sendable {
    package let id: Int64
    let box: SealedBox

    init(id: Int64, _ box: SealedBox) {
        self.id = id
        self.box = box
    }
}
