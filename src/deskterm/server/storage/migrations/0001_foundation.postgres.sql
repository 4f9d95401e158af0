-- What PostgreSQL alone understands. Letters are known by a collation that every database of it has.
DO $$
DECLARE
    letters text;
BEGIN
    SELECT quote_ident(collname) INTO letters FROM pg_collation
    WHERE collname IN ('pg_c_utf8', 'und-x-icu', 'C.utf8', 'default')
    ORDER BY array_position(ARRAY['pg_c_utf8', 'und-x-icu', 'C.utf8', 'default'], collname::text) LIMIT 1;
    EXECUTE format($make$
        CREATE FUNCTION desk_casefold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN lower(said COLLATE %1$s) COLLATE "C"
    $make$, letters);
    -- deskterm/text/search.py: case, accents and width do not matter; scripts without spaces are read by character.
    EXECUTE format($make$
        CREATE FUNCTION desk_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN ' ' || btrim(regexp_replace(regexp_replace(
            normalize(regexp_replace(normalize(lower(said COLLATE %1$s), NFKD),
                '[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]',
                '', 'g'), NFC),
            '([\u0e00-\u0eff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])',
            ' \1 ', 'g'),
            '[^[:alnum:]]+', ' ', 'g')) COLLATE "C" || ' '
    $make$, letters);
END $$;

CREATE FUNCTION desk_instr(said text, part text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN strpos(said COLLATE "C", part COLLATE "C");

-- The word index: words only, made plain before. What is searched for comes as `"a b" *`.
CREATE FUNCTION desk_words(body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((
    SELECT string_agg(quote_literal(left(word, 200)) || ':' || least(place, 16383), ' ')
    FROM unnest(string_to_array(body, ' ')) WITH ORDINALITY AS each_word (word, place)
), '')::tsvector;

CREATE FUNCTION desk_query(expression text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('(''' || replace(substring(expression FROM '"([^"]*)"'), ' ', ''' <-> ''')
    || '''' || CASE WHEN expression LIKE '%*' THEN ':*' ELSE '' END || ')')::tsquery;

CREATE TABLE search (
    rowid BIGINT PRIMARY KEY,
    body TEXT NOT NULL,
    words TSVECTOR NOT NULL GENERATED ALWAYS AS (desk_words(body)) STORED
);
CREATE INDEX search_words ON search USING gin (words);

-- The bytes of messages' files, where several servers find them: pieces in order, equal files once.
CREATE TABLE file_piece (
    sha256 BYTEA NOT NULL,
    number BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (sha256, number)
);
ALTER TABLE file_piece ALTER COLUMN content SET STORAGE EXTERNAL;  -- most files are compressed already

-- conversation_count follows the support conversations that are not archived.
CREATE FUNCTION desk_count_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF old.status = new.status AND old.assignee_id IS NOT DISTINCT FROM new.assignee_id
            AND old.archived_at IS NOT DISTINCT FROM new.archived_at THEN
            RETURN NULL;
        END IF;
        UPDATE conversation_count SET total = total - 1
        WHERE old.archived_at IS NULL AND organization_id = old.organization_id
            AND assignee_id = coalesce(old.assignee_id, '\x'::bytea) AND status = old.status;
    END IF;
    IF new.archived_at IS NULL THEN
        INSERT INTO conversation_count AS kept (organization_id, assignee_id, status, total)
        VALUES (new.organization_id, coalesce(new.assignee_id, '\x'::bytea), new.status, 1)
        ON CONFLICT (organization_id, assignee_id, status) DO UPDATE SET total = kept.total + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER conversation_counted_insert AFTER INSERT ON conversation
FOR EACH ROW WHEN (new.kind = 'support') EXECUTE FUNCTION desk_count_conversation();
CREATE TRIGGER conversation_counted_update AFTER UPDATE OF status, assignee_id, archived_at ON conversation
FOR EACH ROW WHEN (new.kind = 'support') EXECUTE FUNCTION desk_count_conversation();

-- conversation_handled follows when somebody was done with a support conversation, as long as it is done.
CREATE FUNCTION desk_done_at(resolved_at bigint, closed_by bytea, closed_at bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(resolved_at, CASE WHEN closed_by IS NULL THEN NULL ELSE closed_at END);

CREATE FUNCTION desk_count_handled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
    after bigint := desk_done_at(new.resolved_at, new.closed_by, new.closed_at);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := desk_done_at(old.resolved_at, old.closed_by, old.closed_at);
        IF before IS NOT DISTINCT FROM after THEN
            RETURN NULL;
        END IF;
        UPDATE conversation_handled SET total = total - 1
        WHERE organization_id = old.organization_id AND hour = before / 3600000;
    END IF;
    IF after IS NOT NULL THEN
        INSERT INTO conversation_handled AS kept (organization_id, hour, total)
        VALUES (new.organization_id, after / 3600000, 1)
        ON CONFLICT (organization_id, hour) DO UPDATE SET total = kept.total + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER conversation_handled_insert AFTER INSERT ON conversation
FOR EACH ROW WHEN (new.kind = 'support') EXECUTE FUNCTION desk_count_handled();
CREATE TRIGGER conversation_handled_update AFTER UPDATE OF resolved_at, closed_at, closed_by ON conversation
FOR EACH ROW WHEN (new.kind = 'support') EXECUTE FUNCTION desk_count_handled();

-- The audit is only added to. Only retention deletes: entries older than the time up to which it has raised the limit.
CREATE FUNCTION desk_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND old.at < (
        SELECT o.audit_kept_from FROM organization o WHERE o.organization_id = old.organization_id
    ) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION 'the audit is only added to';
END $$;
CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION desk_refuse_audit_change();

-- The second fence (server/storage/engines/postgres/fence.py): a transaction has the rows of the organization
-- that it names, '*' = of all; none if it names none. Looked up once for a statement, not for each row. Called
-- after all migrations, for the tables that are new.
CREATE FUNCTION desk_organization() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(nullif(current_setting('deskterm.organization', true), '*'), '')::bigint;

CREATE FUNCTION desk_fence() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    fenced text;
BEGIN
    FOR fenced IN
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND NOT c.relforcerowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', fenced);
        EXECUTE format($policy$
            CREATE POLICY of_organization ON %I USING (
                CASE (SELECT current_setting('deskterm.organization', true)) WHEN '*' THEN true
                ELSE organization_id = (SELECT desk_organization()) END)
        $policy$, fenced);
    END LOOP;
END $$;
