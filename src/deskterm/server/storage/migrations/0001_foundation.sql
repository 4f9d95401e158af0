-- The model of a support desk (docs/model.md). One text for both engines: the PostgreSQL engine reads
-- BLOB as BYTEA, INTEGER as BIGINT and drops STRICT and WITHOUT ROWID.
--
-- Ids are 16 bytes (UUIDv7). `organization_id` is the organization's integer key, known to storage only;
-- the id that leaves the server is organization.id. Times are milliseconds since 1970 UTC, 0 or NULL = never.
-- Every tenant table has a composite key and composite references, so that a row of one organization
-- cannot point to a row of another even if the code above is wrong.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE organization (
    organization_id INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    logo TEXT,
    settings TEXT NOT NULL DEFAULT '{}',      -- JSON, only what differs from the defaults
    rev INTEGER NOT NULL DEFAULT 0,
    sight_rev INTEGER NOT NULL DEFAULT 0,     -- when who sees what was set last
    audit_kept_from INTEGER NOT NULL DEFAULT 0,   -- older entries of the audit may be deleted, no others
    created_at INTEGER NOT NULL
) STRICT;

-- Small rows that every write of an organization touches, kept apart from the wide ones.
CREATE TABLE organization_counter (
    organization_id INTEGER PRIMARY KEY REFERENCES organization (organization_id),
    seq INTEGER NOT NULL DEFAULT 0,           -- head of the event log
    log_floor INTEGER NOT NULL DEFAULT 0,     -- events up to here have been compacted away
    conversation_number INTEGER NOT NULL DEFAULT 0,
    visitor_number INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE event (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    seq INTEGER NOT NULL,                     -- gapless, in commit order
    nonce INTEGER NOT NULL,                   -- random 32 bits; a cursor that names another one is from a lost history
    kind TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    conversation_id BLOB,
    audience INTEGER NOT NULL,                -- server/storage/database.py: Audience
    audience_id BLOB,
    actor_id BLOB,
    at INTEGER NOT NULL,
    detail TEXT,                              -- JSON, never content: reason and by of a revocation, seq of a read
    PRIMARY KEY (organization_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_account (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,               -- lower case
    name TEXT NOT NULL,
    phone TEXT,
    password_hash TEXT,                       -- argon2id PHC string, perhaps behind "pepper:<which>"; NULL = cannot sign in by password
    image TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_throttle (
    email TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES user_account (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'staff', 'customer')),
    away INTEGER NOT NULL DEFAULT 0 CHECK (away IN (0, 1)),
    away_since INTEGER,
    max_concurrent INTEGER,
    routed_seq INTEGER NOT NULL DEFAULT 0,    -- when a conversation was last given to them automatically
    disabled_at INTEGER,
    rev INTEGER NOT NULL DEFAULT 0,
    sight_rev INTEGER NOT NULL DEFAULT 0,     -- when the role was given
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, user_id)
) STRICT;
CREATE INDEX member_by_user ON member (user_id);
CREATE INDEX member_agents ON member (organization_id, id) WHERE role <> 'customer';

-- The agents with a live socket on a node, kept by its hub. What a node has not renewed for long is void.
CREATE TABLE agent_online (
    organization_id INTEGER NOT NULL,
    member_id BLOB NOT NULL,
    node BLOB NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, member_id, node),
    FOREIGN KEY (organization_id, member_id) REFERENCES member (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE persona (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    title TEXT,
    initials TEXT,
    color TEXT,
    image TEXT,
    open INTEGER NOT NULL DEFAULT 0 CHECK (open IN (0, 1)),
    support INTEGER NOT NULL DEFAULT 0 CHECK (support IN (0, 1)),
    retired_at INTEGER,
    rev INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX persona_one_support ON persona (organization_id) WHERE support = 1;

CREATE TABLE persona_operator (
    organization_id INTEGER NOT NULL,
    persona_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    PRIMARY KEY (organization_id, persona_id, member_id),
    FOREIGN KEY (organization_id, persona_id) REFERENCES persona (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'lead', 'visitor')),
    user_id BLOB REFERENCES user_account (id),
    name TEXT,
    email TEXT,
    phone TEXT,
    company TEXT,
    lead_status TEXT,
    visitor_number INTEGER,                   -- "Visitor 17" for those without a name
    visitor_session_hash BLOB,
    visitor_session_expires_at INTEGER,
    external_id TEXT,                         -- who this is on the organization's website, as it has signed
    metadata TEXT NOT NULL DEFAULT '{}',
    last_seen_at INTEGER,
    merged_into BLOB,
    erased_at INTEGER,                        -- nothing is known of them any more, and nothing will be
    rev INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, merged_into) REFERENCES contact (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX contact_by_user ON contact (organization_id, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX contact_by_visitor_session ON contact (visitor_session_hash) WHERE visitor_session_hash IS NOT NULL;
CREATE UNIQUE INDEX contact_by_external_id ON contact (organization_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contact_by_email ON contact (organization_id, email) WHERE email IS NOT NULL;

CREATE TABLE conversation (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('support', 'direct', 'personal', 'group')),
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'pending', 'snoozed', 'resolved', 'closed')),
    priority INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 3),  -- Priority.rank
    source TEXT NOT NULL,
    contact_id BLOB,
    assignee_id BLOB,
    persona_id BLOB,
    pair_key TEXT,                            -- both ends of a direct conversation, sorted: one per pair
    subject TEXT,
    tags TEXT NOT NULL DEFAULT '[]',          -- sorted JSON list, mirrored in conversation_tag
    page_url TEXT,
    referrer TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    escalated INTEGER NOT NULL DEFAULT 0 CHECK (escalated IN (0, 1)),
    escalated_reason TEXT,
    escalated_at INTEGER,
    escalated_wait INTEGER,                   -- the waiting_since that was escalated by time: once is enough
    waiting_since INTEGER,
    snoozed_until INTEGER,
    first_reply_at INTEGER,
    agent_joined_at INTEGER,
    resolved_at INTEGER,
    resolved_by BLOB,
    closed_at INTEGER,
    closed_by BLOB,
    archived_at INTEGER,
    merged_into BLOB,                         -- with archived_at: it is in this one, and nobody sees it
    merged_from TEXT NOT NULL DEFAULT '[]',   -- JSON [{id, number}]: those that are in this one, as agents read it
    previous_id BLOB,
    next_id BLOB,
    agent_read_seq INTEGER NOT NULL DEFAULT 0,    -- the desk's one shared cursor
    contact_read_seq INTEGER NOT NULL DEFAULT 0,
    agent_unread INTEGER NOT NULL DEFAULT 0,      -- contact messages after agent_read_seq
    woken_seq INTEGER NOT NULL DEFAULT 0,         -- where its snooze ended; after agent_read_seq = unread to agents
    contact_unread INTEGER NOT NULL DEFAULT 0,    -- public messages of others after contact_read_seq
    preview TEXT,                             -- last message an agent may see, one line
    public_preview TEXT,                      -- last message the contact may see
    last_message_at INTEGER NOT NULL DEFAULT 0,   -- 0 = no message: sorts last without NULLs in an index
    last_message_seq INTEGER NOT NULL DEFAULT 0,
    last_public_message_at INTEGER NOT NULL DEFAULT 0,  -- the last one the contact may see
    rev INTEGER NOT NULL,
    public_rev INTEGER NOT NULL DEFAULT 0,        -- rev as contacts see it: notes, tags and claims do not move it
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    public_updated_at INTEGER NOT NULL DEFAULT 0, -- the time of public_rev
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
    FOREIGN KEY (organization_id, assignee_id) REFERENCES member (organization_id, id),
    FOREIGN KEY (organization_id, persona_id) REFERENCES persona (organization_id, id),
    FOREIGN KEY (organization_id, resolved_by) REFERENCES member (organization_id, id),
    FOREIGN KEY (organization_id, merged_into) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, previous_id) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, next_id) REFERENCES conversation (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX conversation_one_active ON conversation (organization_id, contact_id)
    WHERE kind = 'support' AND status IN ('open', 'pending', 'snoozed') AND merged_into IS NULL;
CREATE UNIQUE INDEX conversation_one_personal ON conversation (organization_id, contact_id) WHERE kind = 'personal';
CREATE UNIQUE INDEX conversation_one_pair ON conversation (organization_id, pair_key) WHERE pair_key IS NOT NULL;
-- The two list indexes: all of an organization, and what is one agent's. Lists merge one branch per status.
CREATE INDEX conversation_by_status ON conversation
    (organization_id, status, priority, last_message_at DESC, id DESC) WHERE kind = 'support' AND archived_at IS NULL;
CREATE INDEX conversation_by_assignee ON conversation
    (organization_id, assignee_id, status, last_message_at DESC, id DESC) WHERE kind = 'support' AND archived_at IS NULL;
CREATE INDEX conversation_by_contact ON conversation (organization_id, contact_id, number DESC) WHERE contact_id IS NOT NULL;
CREATE INDEX conversation_waiting ON conversation (organization_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
-- What nobody has, in the order in which it is given out.
CREATE INDEX conversation_queue ON conversation (organization_id, priority DESC, waiting_since, id)
    WHERE kind = 'support' AND status = 'open' AND assignee_id IS NULL AND archived_at IS NULL;
CREATE INDEX conversation_waiting_open ON conversation (organization_id, waiting_since)
    WHERE waiting_since IS NOT NULL AND kind = 'support' AND status = 'open' AND archived_at IS NULL;
CREATE INDEX conversation_snoozed ON conversation (snoozed_until) WHERE status = 'snoozed';
CREATE INDEX conversation_resolved ON conversation (resolved_at) WHERE status = 'resolved';
CREATE INDEX conversation_escalated ON conversation (organization_id, escalated_at, id) WHERE escalated = 1;
CREATE INDEX conversation_not_support ON conversation
    (organization_id, kind, last_message_at DESC, id DESC) WHERE kind <> 'support';

CREATE TABLE conversation_tag (
    organization_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    conversation_id BLOB NOT NULL,
    PRIMARY KEY (organization_id, tag, conversation_id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_tag_by_conversation ON conversation_tag (organization_id, conversation_id);

-- How many support conversations there are by assignee (x'' = nobody) and status; kept by triggers.
CREATE TABLE conversation_count (
    organization_id INTEGER NOT NULL,
    assignee_id BLOB NOT NULL,
    status TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (organization_id, assignee_id, status)
) STRICT, WITHOUT ROWID;

-- How many support conversations somebody resolved or closed in each hour since 1970; kept by triggers.
CREATE TABLE conversation_handled (
    organization_id INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (organization_id, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
    organization_id INTEGER NOT NULL,
    conversation_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('member', 'contact', 'persona')),
    participant_id BLOB NOT NULL,             -- member, contact or persona, as `kind` says
    member_id BLOB,
    contact_id BLOB,
    persona_id BLOB,
    muted INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1)),
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, conversation_id, kind, participant_id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member (organization_id, id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
    FOREIGN KEY (organization_id, persona_id) REFERENCES persona (organization_id, id),
    CHECK (
        (kind = 'member' AND member_id = participant_id AND contact_id IS NULL AND persona_id IS NULL)
        OR (kind = 'contact' AND contact_id = participant_id AND member_id IS NULL AND persona_id IS NULL)
        OR (kind = 'persona' AND persona_id = participant_id AND member_id IS NULL AND contact_id IS NULL)
    )
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_by_who ON participant (organization_id, participant_id, conversation_id);

-- What a conversation of kind `group` has beside it. Its name is the conversation's subject.
CREATE TABLE room (
    organization_id INTEGER NOT NULL,
    conversation_id BLOB NOT NULL,
    description TEXT,
    everyone INTEGER NOT NULL DEFAULT 1 CHECK (everyone IN (0, 1)),  -- whoever joins the organization is in it
    read_only INTEGER NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1)),  -- kept from elsewhere: nobody writes
    PRIMARY KEY (organization_id, conversation_id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id)
) STRICT;

CREATE TABLE message (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,                         -- chosen by the sender's client: a retried send finds its own row
    conversation_id BLOB NOT NULL,
    seq INTEGER NOT NULL,                     -- log position at creation
    rev INTEGER NOT NULL,
    author_kind TEXT NOT NULL CHECK (author_kind IN ('contact', 'agent', 'system')),
    author_id BLOB,                           -- the real author: contact or member; NULL for system
    persona_id BLOB,                          -- chosen voice: everybody reads the persona, admins the author too
    voice_persona_id BLOB,                    -- whom contacts read; NULL = the author
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'internal')),
    body TEXT NOT NULL,
    style TEXT,
    attachment_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    deleted_at INTEGER,
    held_until INTEGER,                       -- a reply that has not gone out yet; stays on one that was taken back
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, persona_id) REFERENCES persona (organization_id, id),
    FOREIGN KEY (organization_id, voice_persona_id) REFERENCES persona (organization_id, id)
) STRICT;
CREATE INDEX message_by_conversation ON message (organization_id, conversation_id, seq);
CREATE INDEX message_held ON message (held_until) WHERE held_until IS NOT NULL AND deleted_at IS NULL;

-- What contacts may read of messages. Their bytes come from here and from nowhere else: no internal row, no
-- reply that has not gone out, no edit made before it did, no column that tells who is behind a persona.
CREATE VIEW public_message AS
SELECT
    organization_id, id, conversation_id, seq, rev, kind, body, style, attachment_count, created_at,
    CASE WHEN edited_at >= created_at THEN edited_at END AS edited_at, deleted_at,
    CASE WHEN voice_persona_id IS NOT NULL THEN 'persona' ELSE author_kind END AS author_kind,
    CASE WHEN voice_persona_id IS NOT NULL THEN voice_persona_id ELSE author_id END AS author_id
FROM message
WHERE visibility = 'public' AND held_until IS NULL;

-- A conversation that is in another one for now: how that was before, and which messages came along.
CREATE TABLE conversation_merge (
    organization_id INTEGER NOT NULL,
    source_id BLOB NOT NULL,
    target_id BLOB NOT NULL,
    before TEXT NOT NULL,                     -- JSON, the target's columns that the merge changed
    ticket_moved INTEGER NOT NULL CHECK (ticket_moved IN (0, 1)),
    rev INTEGER NOT NULL,                     -- the target's after it: still this one = nothing happened since
    at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, source_id),
    FOREIGN KEY (organization_id, source_id) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, target_id) REFERENCES conversation (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE merged_message (
    organization_id INTEGER NOT NULL,
    source_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    PRIMARY KEY (organization_id, source_id, message_id),
    FOREIGN KEY (organization_id, source_id) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, message_id) REFERENCES message (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_edit (
    organization_id INTEGER NOT NULL,
    message_id BLOB NOT NULL,
    edited_at INTEGER NOT NULL,
    editor_id BLOB NOT NULL,
    body TEXT NOT NULL,                       -- as it was before this edit
    PRIMARY KEY (organization_id, message_id, edited_at),
    FOREIGN KEY (organization_id, message_id) REFERENCES message (organization_id, id)
) STRICT, WITHOUT ROWID;

-- A text for one, several or many contacts. It reaches each of them once, in slices: who has it is marked
-- in the transaction that stores their message.
CREATE TABLE notification (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    body TEXT NOT NULL,
    style TEXT,                               -- JSON: a template, or three colours
    created_by BLOB NOT NULL,
    recipients INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    rev INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, created_by) REFERENCES member (organization_id, id)
) STRICT;
CREATE INDEX notification_unfinished ON notification (id) WHERE finished_at IS NULL;

CREATE TABLE notification_recipient (
    organization_id INTEGER NOT NULL,
    notification_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    message_id BLOB,                          -- NULL until it is sent
    seq INTEGER,                              -- the message's
    sent_at INTEGER,
    read_at INTEGER,
    PRIMARY KEY (organization_id, notification_id, contact_id),
    FOREIGN KEY (organization_id, notification_id) REFERENCES notification (organization_id, id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
    FOREIGN KEY (organization_id, message_id) REFERENCES message (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_recipient_waiting ON notification_recipient (organization_id, notification_id, contact_id)
    WHERE sent_at IS NULL;
CREATE INDEX notification_recipient_unread ON notification_recipient (organization_id, contact_id, seq)
    WHERE sent_at IS NOT NULL AND read_at IS NULL;

-- Unsent texts, one per person, conversation and visibility; nobody else's statements read them.
CREATE TABLE draft (
    organization_id INTEGER NOT NULL,
    author_id BLOB NOT NULL,                  -- member or contact
    conversation_id BLOB NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'internal')),
    body TEXT NOT NULL,
    blanks TEXT NOT NULL DEFAULT '{}',        -- JSON: what canned replies left to be filled in
    rev INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, author_id, conversation_id, visibility),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    subject TEXT NOT NULL,
    description TEXT NOT NULL,
    rev INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, conversation_id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id)
) STRICT;

CREATE TABLE assignment (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    assignee_id BLOB,                         -- NULL = returned to the queue
    assigned_by BLOB,                         -- NULL = the desk itself
    reason TEXT NOT NULL CHECK (reason IN ('manual', 'auto', 'bulk', 'first_reply', 'returned')),
    explanation TEXT,
    at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id),
    FOREIGN KEY (organization_id, assignee_id) REFERENCES member (organization_id, id),
    FOREIGN KEY (organization_id, assigned_by) REFERENCES member (organization_id, id)
) STRICT;
CREATE INDEX assignment_by_conversation ON assignment (organization_id, conversation_id, seq);

-- Cursors of direct, group and personal conversations; a support conversation keeps its two in its own row.
CREATE TABLE read_cursor (
    organization_id INTEGER NOT NULL,
    conversation_id BLOB NOT NULL,
    reader_id BLOB NOT NULL,                  -- member or contact
    seq INTEGER NOT NULL,
    PRIMARY KEY (organization_id, conversation_id, reader_id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,
    message_id BLOB,                          -- NULL until a message takes it
    place INTEGER NOT NULL DEFAULT 0,         -- among the message's files
    conversation_id BLOB,
    uploader_id BLOB NOT NULL,
    filename TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, message_id) REFERENCES message (organization_id, id),
    FOREIGN KEY (organization_id, conversation_id) REFERENCES conversation (organization_id, id)
) STRICT;
CREATE INDEX attachment_by_message ON attachment (organization_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachment_waiting ON attachment (created_at) WHERE message_id IS NULL;
CREATE INDEX attachment_by_content ON attachment (sha256, size);
CREATE INDEX attachment_by_size ON attachment (organization_id, size);

CREATE TABLE api_key (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('publishable', 'secret', 'identity')),
    key_hash BLOB NOT NULL UNIQUE,            -- SHA-256; the key itself is never stored
    name TEXT NOT NULL,
    scopes TEXT NOT NULL DEFAULT '[]',
    allowed_origins TEXT NOT NULL DEFAULT '[]',
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    created_by BLOB NOT NULL,                 -- the admin: a secret key acts in their name, as they may now
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, created_by) REFERENCES member (organization_id, id)
) STRICT;

CREATE TABLE session (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,          -- SHA-256; the token itself is never stored
    user_id BLOB REFERENCES user_account (id),
    member_id BLOB,
    contact_id BLOB,
    api_key_id BLOB,                          -- of a visitor: the website's key, with which it ends
    ip TEXT,
    user_agent TEXT,
    page_url TEXT,                            -- of a visitor: where they are, and where they came from
    referrer TEXT,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member (organization_id, id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
    FOREIGN KEY (organization_id, api_key_id) REFERENCES api_key (organization_id, id)
) STRICT;
CREATE INDEX session_by_user ON session (user_id, revoked_at);
CREATE INDEX session_by_contact ON session (organization_id, contact_id) WHERE user_id IS NULL;

-- Tokens by which websites say who their visitor is, each good once.
CREATE TABLE identity_token (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    token_id TEXT NOT NULL,                   -- its jti
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, token_id)
) STRICT, WITHOUT ROWID;

-- Who is drowned: a contact, or everybody of a network. What they send is answered and not kept.
CREATE TABLE block (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    contact_id BLOB,
    network TEXT,                             -- an address or a CIDR
    reason TEXT,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
    FOREIGN KEY (organization_id, created_by) REFERENCES member (organization_id, id),
    CHECK ((contact_id IS NULL) <> (network IS NULL))
) STRICT;

CREATE TABLE audit_entry (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    number INTEGER NOT NULL,                  -- in the order in which things happened
    at INTEGER NOT NULL,
    actor_id BLOB,
    action TEXT NOT NULL,
    entity TEXT,
    entity_id BLOB,
    detail TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number)
) STRICT;
CREATE INDEX audit_by_actor ON audit_entry (organization_id, actor_id, number);
CREATE INDEX audit_by_action ON audit_entry (organization_id, action, number);
CREATE INDEX audit_by_entity ON audit_entry (organization_id, entity_id, number);

CREATE TABLE idempotency_answer (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    actor_id BLOB NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, actor_id, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency_answer (created_at);

-- Search (server/storage/search.py): which conversation a document of the word index belongs to, and how far
-- each organization has followed its log.
CREATE TABLE search_doc (
    id INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    conversation_id BLOB NOT NULL,
    message_id BLOB,                          -- NULL = the conversation's subject
    digest BLOB NOT NULL                      -- of its words, so that what says the same is left alone
) STRICT;
CREATE INDEX search_doc_by_conversation ON search_doc (organization_id, conversation_id, message_id);

CREATE TABLE search_followed (
    organization_id INTEGER PRIMARY KEY REFERENCES organization (organization_id),
    seq INTEGER NOT NULL,
    message_id BLOB,                          -- the last stored message that was taken up; NULL = all are
    conversation_id BLOB                      -- the same of subjects
) STRICT;

-- An import from another system, made in slices: `phase` and `position` say how far it is, so that it goes on
-- after a failure. What it made or found is in import_item, so that it can be taken back.
CREATE TABLE import_run (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    number INTEGER NOT NULL,                  -- per organization, from 1: what operators call it
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,                -- of what was read: positions hold for the same only
    options TEXT NOT NULL,                    -- JSON
    phase TEXT NOT NULL,
    position INTEGER NOT NULL,
    backup TEXT NOT NULL,                     -- the file made before
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    undone_at INTEGER,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number)
) STRICT;

CREATE TABLE import_item (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,                         -- derived from the other system's id
    run_id BLOB NOT NULL,
    entity TEXT NOT NULL,
    made_id BLOB NOT NULL,                    -- the row here: of the same id if the run made it, else found
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, run_id) REFERENCES import_run (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_item_by_run ON import_item (organization_id, run_id, entity, id);

-- What agents keep about a contact; contacts never see it.
CREATE TABLE contact_note (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    author_id BLOB,
    body TEXT NOT NULL,                       -- empty once it is deleted
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
    FOREIGN KEY (organization_id, author_id) REFERENCES member (organization_id, id)
) STRICT;
CREATE INDEX contact_note_by_contact ON contact_note (organization_id, contact_id, id);

-- Links that work once and not for long. Only the SHA-256 of their token is kept.
CREATE TABLE invitation (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    email TEXT NOT NULL,                      -- lower case
    role TEXT NOT NULL CHECK (role IN ('admin', 'staff', 'customer')),
    max_concurrent INTEGER,
    invited_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, invited_by) REFERENCES member (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX invitation_one_open ON invitation (organization_id, email)
    WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE password_reset (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    member_id BLOB NOT NULL,
    made_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,                          -- also where a newer one replaced it
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member (organization_id, id),
    FOREIGN KEY (organization_id, made_by) REFERENCES member (organization_id, id)
) STRICT;
CREATE INDEX password_reset_by_member ON password_reset (organization_id, member_id) WHERE used_at IS NULL;

-- E-mail that waits to be sent, or was. Its text is made when it is sent and never stored, nor is a token.
CREATE TABLE mail (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,                         -- also in its Message-ID, by which receivers tell repeats
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'password_reset', 'digest', 'waiting')),
    entity_id BLOB NOT NULL,                  -- what it is about: invitation, reset, conversation or member
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    problem TEXT,                             -- what went wrong the last time, in words
    created_at INTEGER NOT NULL,
    finished_at INTEGER,                      -- sent, given up, or not wanted any more
    sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)),
    used_at INTEGER,                          -- when its way back into the thread was used, once
    PRIMARY KEY (organization_id, id)
) STRICT;
-- Who wants no e-mail about replies.
CREATE TABLE mail_off (
    organization_id INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    PRIMARY KEY (organization_id, contact_id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_waiting ON mail (next_attempt_at) WHERE finished_at IS NULL;
CREATE INDEX mail_by_entity ON mail (organization_id, entity_id, id DESC);

-- Where an organization's events go by HTTP. Its secret is derived from the server's, so none is stored.
CREATE TABLE webhook (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,                     -- sorted JSON list of kinds
    followed_seq INTEGER NOT NULL,            -- what is queued up to here
    secret_number INTEGER NOT NULL DEFAULT 1, -- how many secrets it has had; each is derived, none is stored
    rotated_at INTEGER,                       -- when it got this one; for a day the one before signs, too
    failing_since INTEGER,                    -- the first failure after the last success
    next_attempt_at INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,      -- of the delivery in front
    paused_at INTEGER,
    paused_because TEXT,
    deleted_at INTEGER,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, created_by) REFERENCES member (organization_id, id)
) STRICT;
CREATE INDEX webhook_active ON webhook (organization_id) WHERE paused_at IS NULL AND deleted_at IS NULL;

CREATE TABLE webhook_delivery (
    organization_id INTEGER NOT NULL,
    id BLOB NOT NULL,                         -- of one endpoint; `event_id` is what receivers tell repeats by
    webhook_id BLOB NOT NULL,
    number INTEGER NOT NULL,                  -- per endpoint: the order in which they go
    event_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,                       -- JSON, as it is signed and sent
    attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER,                           -- the last answer's; NULL = none
    problem TEXT,                             -- what went wrong the last time, in words
    created_at INTEGER NOT NULL,
    tried_at INTEGER,
    finished_at INTEGER,                      -- delivered, or given up
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, webhook_id) REFERENCES webhook (organization_id, id)
) STRICT;
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (organization_id, webhook_id, number) WHERE finished_at IS NULL;
CREATE INDEX webhook_delivery_log ON webhook_delivery (organization_id, webhook_id, id DESC);
CREATE INDEX webhook_delivery_number ON webhook_delivery (organization_id, webhook_id, number);

-- Filters that agents keep under a name: shared by the organization, or one member's own.
CREATE TABLE saved_view (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    owner_id BLOB,                            -- the member whose own it is; NULL = shared
    name TEXT NOT NULL,
    q TEXT NOT NULL,                          -- in the filter language; `me` is whoever looks
    sort TEXT NOT NULL,
    rev INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, owner_id) REFERENCES member (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX saved_view_shared ON saved_view (organization_id, name) WHERE owner_id IS NULL;
CREATE UNIQUE INDEX saved_view_own ON saved_view (organization_id, owner_id, name) WHERE owner_id IS NOT NULL;
