import Glibc
package import Loop

extension Journal {
    /// Takes the folder, which is made if there is none, and reads what is in it. Reading blocks a thread of the journal's own;
    /// the caller suspends. Must run on `loop`; `observe` is called there.
    package static func open(
        _ path: String, on loop: Loop, limits: JournalLimits = JournalLimits(),
        observe: @escaping @Sendable (JournalHappening) -> Void = { _ in }
    ) async throws -> Journal {
        loop.checkIsolated()
        let lane = try Lane(name: "journal")
        let (folder, found) = try await lane.run {
            let folder = try JournalFolder.open(path)
            do throws(SystemError) {
                return (folder, try Found.read(folder, limits))
            } catch {
                throw JournalError.folderUnusable(error)
            }
        }
        return Journal(folder, found, lane, on: loop, limits, observe)
    }

    /// Hands over, segment by segment, the records of former runs that have not been acknowledged yet, in order.
    package func replay(_ each: ([JournalRecord]) async throws -> Void) async throws {
        for segment in foundSegments where segment.last >= segment.first && isOnDisk(segment) {
            let records: [JournalRecord]
            do {
                records = try await contents(of: segment)
            } catch let error as SystemError where error.code == ENOENT && !isOnDisk(segment) {
                // Trimmed meanwhile: all of it had been acknowledged.
                continue
            }
            try await each(records.filter { isOutstanding($0.number) })
        }
    }
}
