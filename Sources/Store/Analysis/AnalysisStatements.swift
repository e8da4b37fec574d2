import Crypto
import Domain
import Postgres
import Wire

/// What a batch changes. Who owns a call is written first, then their rows are held, so that who is being forgotten is known to be
/// forgotten or waits for us; and what is forgotten goes last.
enum AnalysisStatements {
    static func all(_ batch: AnalysisBatch, _ seen: [SeenLook], _ chosen: [ChosenLook]) -> [SQL] {
        var all = batch.owners.flatMap(own) + batch.merged.map(merge)
        let calls = batch.calls
        if !calls.isEmpty { all.append(hold(calls)) }
        if !batch.texts.isEmpty { all.append(texts(batch.texts)) }
        all += zip(batch.looks, seen).map { look($0, began: $1.began) }
        for call in seen.compactMap(\.sightings) { all += shown(call) }
        all += chosen.flatMap(choose)
        if !batch.erasedCalls.isEmpty { all += forget("SELECT unnest(\(batch.erasedCalls))") }
        return all + batch.erased.flatMap(erase)
    }

    private static func own(_ call: UUID, _ organization: UUID, _ customer: UUID) -> [SQL] {
        [
            """
            INSERT INTO learning_subjects_v1 (customer_id, organization_id) VALUES (\(customer), \(organization))
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO learning_calls_v1 (call_id, organization_id, customer_id)
            VALUES (\(call), \(organization), \(customer)) ON CONFLICT DO NOTHING
            """,
        ]
    }

    private static func merge(_ absorbed: UUID, _ organization: UUID, _ into: UUID) -> SQL {
        """
        INSERT INTO learning_subjects_v1 (customer_id, organization_id, merged_into)
        VALUES (\(absorbed), \(organization), \(into))
        ON CONFLICT (customer_id) DO UPDATE SET merged_into = excluded.merged_into
        """
    }

    private static func hold(_ calls: [UUID]) -> SQL {
        """
        SELECT FROM learning_subjects_v1 WHERE customer_id IN (
            SELECT customer_id FROM learning_calls_v1 WHERE call_id = ANY (\(calls)))
        ORDER BY customer_id FOR SHARE
        """
    }

    /// Nobody's who was forgotten.
    private static func isWanted(_ call: SQL) -> SQL {
        """
        NOT EXISTS (SELECT FROM learning_calls_v1 AS c JOIN learning_subjects_v1 AS s USING (customer_id)
            WHERE c.call_id = \(call) AND s.erased_at IS NOT NULL)
        """
    }

    private static func texts(_ texts: [AnalysisBatch.Text]) -> SQL {
        """
        INSERT INTO search_texts_v1 (text_id, organization_id, call_id, turn_id, said_at, kind, text, content_sha256)
        SELECT t.* FROM unnest(\(texts.map(\.id)), \(texts.map(\.organization)), \(texts.map(\.call)),
            \(texts.map(\.turn)), \(texts.map(\.at)), \(texts.map(\.kind.rawValue)), \(texts.map(\.text)),
            \(texts.map { EmbeddingCache.digest(of: Private($0.text)) }))
            AS t(text_id, organization_id, call_id, turn_id, said_at, kind, text, content_sha256)
        WHERE \(isWanted("t.call_id"))
        ON CONFLICT (text_id) DO NOTHING
        """
    }

    private static func look(_ look: AnalysisBatch.Look, began: Timestamp?) -> SQL {
        let (event, fact) = (look.event, look.analyzed)
        return """
            INSERT INTO call_analyses_v1 (event_id, organization_id, call_id, analyzed_at, version, sentiment, success,
                model, prompt_version, success_reason, intent, summary, topics, trajectory, event_ids, extracted,
                run_id, began_at)
            SELECT \(event.id), \(event.organization), \(event.stream), \(event.occurredAt), \(event.version),
                \(fact.sentiment?.value), \(fact.success), \(fact.model), \(fact.promptVersion),
                \(fact.successReason?.rawValue), \(fact.intent), \(fact.summary.revealed),
                \(fact.topics?.map(\.revealed)), \(fact.trajectory?.map(\.value)), \((fact.events ?? []).map(\.uuid)),
                \(fact.extracted.map { json($0.revealed) }), \(fact.run?.uuid), \(began)
            WHERE \(isWanted("\(event.stream)"))
            ON CONFLICT (event_id) DO NOTHING
            """
    }

    /// Another look counts from now on: what is found by it, and how the call went, are what it says.
    private static func choose(_ chosen: ChosenLook) -> [SQL] {
        let (event, fact) = (chosen.event, chosen.fact)
        var all: [SQL] = [
            """
            UPDATE call_analyses_v1 SET choice = CASE WHEN event_id = \(fact.look.uuid) THEN \(Int32(clamping: fact.choice)) END
            WHERE call_id = \(event.stream) AND (choice IS NOT NULL OR event_id = \(fact.look.uuid))
            """,
            forgetTexts("call_id = \(event.stream) AND kind = \(SearchText.summary.rawValue)"),
        ]
        if let text = AnalysisBatch.text(fact.findings.summary, .summary, nil, event) { all.append(texts([text])) }
        all.append("DELETE FROM pattern_sightings_v1 WHERE call_id = \(event.stream)")
        if let sightings = chosen.sightings { all += shown(sightings) }
        all.append(
            "UPDATE pattern_offers_v1 SET success = \(fact.findings.success) WHERE call_id = \(event.stream)")
        return all
    }

    private static func shown(_ call: CallSightings) -> [SQL] {
        call.patterns.map { sighting($0, call) } + call.offered.map { offer($0, call) }
    }

    /// The first look that can tell how the call went counts, until another is chosen: a call is one call.
    private static func sighting(_ pattern: CallSightings.Pattern, _ call: CallSightings) -> SQL {
        let seen = pattern.sighting
        return """
            INSERT INTO pattern_sightings_v1 (pattern_id, call_id, organization_id, agent_id, customer_id, seen_at,
                call_version, success, kind, summary, event_ids, details)
            SELECT \(pattern.id), \(call.call), \(call.organization), \(call.agent), \(call.customer), \(call.seenAt),
                \(call.version), \(seen.success), \(seen.kind.rawValue), \(seen.summary.revealed),
                \(seen.events.map(\.uuid)), \(json(seen.details.revealed))
            WHERE \(isWanted("\(call.call)"))
            ON CONFLICT (pattern_id, call_id) DO NOTHING
            """
    }

    private static func offer(_ pattern: UUID, _ call: CallSightings) -> SQL {
        """
        INSERT INTO pattern_offers_v1 AS o (pattern_id, call_id, organization_id, offered_at, success)
        VALUES (\(pattern), \(call.call), \(call.organization), \(call.seenAt), \(call.success))
        ON CONFLICT (pattern_id, call_id) DO UPDATE SET success = coalesce(o.success, excluded.success)
        """
    }

    /// Also of those who turned out to be them. An embedding that is kept for a text goes with the text, whoever else said the same.
    private static func erase(_ customer: UUID, _ organization: UUID, _ at: Timestamp) -> [SQL] {
        let them: SQL =
            "SELECT customer_id FROM learning_subjects_v1 WHERE customer_id = \(customer) OR merged_into = \(customer)"
        let calls: SQL = "SELECT call_id FROM learning_calls_v1 WHERE customer_id IN (\(them))"
        return [
            """
            INSERT INTO learning_subjects_v1 (customer_id, organization_id) VALUES (\(customer), \(organization))
            ON CONFLICT DO NOTHING
            """,
            "UPDATE learning_subjects_v1 SET erased_at = \(at) WHERE customer_id IN (\(them))",
        ] + forget(calls)
    }

    private static func forget(_ calls: SQL) -> [SQL] {
        [
            forgetTexts("call_id IN (\(calls))"),
            "DELETE FROM call_analyses_v1 WHERE call_id IN (\(calls))",
            "DELETE FROM pattern_sightings_v1 WHERE call_id IN (\(calls))",
            "DELETE FROM pattern_offers_v1 WHERE call_id IN (\(calls))",
        ]
    }

    private static func forgetTexts(_ which: SQL) -> SQL {
        """
        WITH gone AS (DELETE FROM search_texts_v1 WHERE \(which) RETURNING content_sha256)
        DELETE FROM embedding_cache WHERE content_sha256 IN (SELECT content_sha256 FROM gone)
        """
    }

    static func json(_ document: Freeform) -> JSON {
        var queue = ByteQueue()
        queue.appendJSON { document.writeValue(to: &$0) }
        return JSON(queue.withUnsafeBytes { unsafe Array($0) })
    }
}
