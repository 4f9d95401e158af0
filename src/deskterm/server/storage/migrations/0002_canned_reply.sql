-- Texts that agents keep for what they are asked again and again: shared by the organization, or one member's own.
CREATE TABLE canned_reply (
    organization_id INTEGER NOT NULL REFERENCES organization (organization_id),
    id BLOB NOT NULL,
    owner_id BLOB,                            -- the member whose own it is; NULL = shared
    shortcut TEXT NOT NULL,                   -- lower case
    title TEXT NOT NULL,
    body TEXT NOT NULL,                       -- with variables such as {contact.name}, which consoles fill in
    rev INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, owner_id) REFERENCES member (organization_id, id)
) STRICT;
CREATE UNIQUE INDEX canned_reply_shared ON canned_reply (organization_id, shortcut) WHERE owner_id IS NULL;
CREATE UNIQUE INDEX canned_reply_own ON canned_reply (organization_id, owner_id, shortcut) WHERE owner_id IS NOT NULL;
