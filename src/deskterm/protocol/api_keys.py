"""Keys by which programs reach an organization: what kinds there are, and what a secret one may do."""

from enum import StrEnum


class KeyKind(StrEnum):
    """What a key is for."""

    PUBLISHABLE = "publishable"  # stands in a website's source, opens the widget there
    SECRET = "secret"  # a server calls the API with it
    IDENTITY = "identity"  # a website's backend signs with it who its visitor is


#: How a key of each kind begins; scanners for leaked secrets know it.
PREFIXES = {KeyKind.PUBLISHABLE: "dk_p_", KeyKind.SECRET: "dk_s_", KeyKind.IDENTITY: "dk_i_"}


class Scope(StrEnum):
    """What a secret key may be allowed."""

    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    ORGANIZATION_READ = "organization:read"
    NOTIFICATIONS_READ = "notifications:read"
    NOTIFICATIONS_WRITE = "notifications:write"
