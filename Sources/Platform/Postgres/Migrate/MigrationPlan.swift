/// What has to be applied, given what is in the folder and what the database says it has. Pure.
package struct MigrationPlan: Sendable {
    struct Applied: Hashable, Sendable {
        let version: Int
        let name: String
        let checksum: String
    }

    package let pending: [Migration]

    init(folder: [Migration], applied: [Applied]) throws(MigrationError) {
        let folder = folder.sorted { $0.version < $1.version }
        for (index, migration) in folder.enumerated() {
            if index > 0, folder[index - 1].version == migration.version {
                throw .duplicate(version: migration.version)
            }
            if migration.version != index + 1 { throw .gap(missing: index + 1) }
        }
        let applied = applied.sorted { $0.version < $1.version }
        for (index, row) in applied.enumerated() {
            guard row.version >= 1, row.version <= folder.count else {
                throw .unknown(version: row.version, name: row.name)
            }
            if row.version != index + 1 { throw .gap(missing: index + 1) }
            let migration = folder[index]
            if migration.name != row.name || migration.checksum != row.checksum {
                throw .edited(version: row.version, name: row.name)
            }
        }
        pending = Array(folder.dropFirst(applied.count))
    }
}
