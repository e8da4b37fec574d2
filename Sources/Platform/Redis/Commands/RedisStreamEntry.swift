/// One entry of a stream.
package struct RedisStreamEntry: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: [UInt8]

        package init(_ name: String, _ value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    package let id: RedisStreamID
    /// Empty for an entry that was deleted while somebody still owed its acknowledgement.
    package let fields: [Field]

    package subscript(name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }
}

/// What a read found in one of the streams that it asked.
package struct RedisStreamBatch: Hashable, Sendable {
    package let stream: String
    package let entries: [RedisStreamEntry]
}

/// What a consumer has taken over from others who had not acknowledged in time.
package struct RedisStreamClaim: Hashable, Sendable {
    /// Where to go on; `.first` when everything has been looked at.
    package let next: RedisStreamID
    package let entries: [RedisStreamEntry]
    /// Entries that no longer exist, and now are owed no more.
    package let deleted: [RedisStreamID]
}

package struct RedisStreamInfo: Hashable, Sendable {
    package let length: Int
    package let groups: Int
    package let lastID: RedisStreamID
}

package struct RedisGroupInfo: Hashable, Sendable {
    package let name: String
    package let consumers: Int
    /// Entries delivered and not acknowledged.
    package let pending: Int
    package let lastDelivered: RedisStreamID
    /// Entries not yet delivered; nil when Redis cannot tell.
    package let lag: Int?
}

extension RedisReply {
    func streamEntry() throws(RedisError) -> RedisStreamEntry {
        let pair = try elements(2)
        let flat = try pair[1].elements
        guard flat.count.isMultiple(of: 2) else { throw surprise }
        var fields: [RedisStreamEntry.Field] = []
        fields.reserveCapacity(flat.count / 2)
        for index in stride(from: 0, to: flat.count, by: 2) {
            fields.append(RedisStreamEntry.Field(try flat[index].text, try flat[index + 1].bytes))
        }
        return RedisStreamEntry(id: try pair[0].streamID, fields: fields)
    }

    func streamEntries() throws(RedisError) -> [RedisStreamEntry] {
        var entries: [RedisStreamEntry] = []
        for element in try elements { entries.append(try element.streamEntry()) }
        return entries
    }

    func streamBatches() throws(RedisError) -> [RedisStreamBatch] {
        var batches: [RedisStreamBatch] = []
        for element in try elements {
            let pair = try element.elements(2)
            batches.append(RedisStreamBatch(stream: try pair[0].text, entries: try pair[1].streamEntries()))
        }
        return batches
    }
}
