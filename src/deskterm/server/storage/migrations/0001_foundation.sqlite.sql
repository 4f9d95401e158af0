-- conversation_count follows the support conversations that are not archived.
CREATE TRIGGER conversation_counted_insert AFTER INSERT ON conversation
WHEN new.kind = 'support' AND new.archived_at IS NULL
BEGIN
    INSERT INTO conversation_count (organization_id, assignee_id, status, total)
    VALUES (new.organization_id, coalesce(new.assignee_id, x''), new.status, 1)
    ON CONFLICT (organization_id, assignee_id, status) DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER conversation_counted_update AFTER UPDATE OF status, assignee_id, archived_at ON conversation
WHEN new.kind = 'support'
    AND (old.status <> new.status OR old.assignee_id IS NOT new.assignee_id OR old.archived_at IS NOT new.archived_at)
BEGIN
    UPDATE conversation_count SET total = total - 1
    WHERE old.archived_at IS NULL AND organization_id = old.organization_id
        AND assignee_id = coalesce(old.assignee_id, x'') AND status = old.status;
    INSERT INTO conversation_count (organization_id, assignee_id, status, total)
    SELECT new.organization_id, coalesce(new.assignee_id, x''), new.status, 1 WHERE new.archived_at IS NULL
    ON CONFLICT (organization_id, assignee_id, status) DO UPDATE SET total = total + 1;
END;

-- The word index: words only, made plain before (deskterm/text/search.py).
CREATE VIRTUAL TABLE search USING fts5(
    body, content='', contentless_delete=1, detail=full, tokenize="unicode61 remove_diacritics 0"
);

-- conversation_handled follows when somebody was done with a support conversation, as long as it is done.
CREATE TRIGGER conversation_handled_insert AFTER INSERT ON conversation
WHEN new.kind = 'support'
    AND (new.resolved_at IS NOT NULL OR (new.closed_by IS NOT NULL AND new.closed_at IS NOT NULL))
BEGIN
    INSERT INTO conversation_handled (organization_id, hour, total)
    VALUES (new.organization_id, coalesce(new.resolved_at, new.closed_at) / 3600000, 1)
    ON CONFLICT (organization_id, hour) DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER conversation_handled_update AFTER UPDATE OF resolved_at, closed_at, closed_by ON conversation
WHEN new.kind = 'support'
    AND coalesce(old.resolved_at, iif(old.closed_by IS NULL, NULL, old.closed_at))
        IS NOT coalesce(new.resolved_at, iif(new.closed_by IS NULL, NULL, new.closed_at))
BEGIN
    UPDATE conversation_handled SET total = total - 1
    WHERE organization_id = old.organization_id
        AND hour = coalesce(old.resolved_at, iif(old.closed_by IS NULL, NULL, old.closed_at)) / 3600000;
    INSERT INTO conversation_handled (organization_id, hour, total)
    SELECT new.organization_id, done / 3600000, 1
    FROM (SELECT coalesce(new.resolved_at, iif(new.closed_by IS NULL, NULL, new.closed_at)) AS done)
    WHERE done IS NOT NULL
    ON CONFLICT (organization_id, hour) DO UPDATE SET total = total + 1;
END;

-- The audit is only added to. Only retention deletes: entries older than the time up to which it has raised the limit.
CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_entry
BEGIN
    SELECT raise(ABORT, 'the audit is only added to');
END;

CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
WHEN old.at >= (SELECT o.audit_kept_from FROM organization o WHERE o.organization_id = old.organization_id)
BEGIN
    SELECT raise(ABORT, 'the audit is only added to');
END;
