"""API keys, for admins: what reaches the organization without a person, by whom, and when it last did."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work

from deskterm.client.errors import ClientError
from deskterm.client.http.website_calls import ApiKey
from deskterm.commands.model import Context
from deskterm.protocol.api_keys import KeyKind
from deskterm.screens.questions import Choose
from deskterm.screens.text_page import TextPage
from deskterm.screens.website.listing import ServerList
from deskterm.screens.website.new_key import NewKey
from deskterm.screens.website.shown import Shown
from deskterm.text.safe import safe_line
from deskterm.text.times import clock, relative
from deskterm.text.words import later, tr, trn
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: What each kind is for.
KINDS = {
    KeyKind.SECRET: later("a server of yours calls the API"),
    KeyKind.PUBLISHABLE: later("stands in a website, opens the chat there"),
    KeyKind.IDENTITY: later("your backend signs who a visitor is"),
}


class KeysScreen(ServerList):
    """The keys that were not revoked."""

    panel = Context.API_KEYS
    first = later("⏎ look")

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__(desk, tr("API keys"), tr("type a name"))
        self._now = now
        self._known: dict[str, ApiKey] = {}

    def nothing(self) -> str:
        """No key at all."""
        return tr("There is no key yet: {key} makes one.", key=self.key("keys.new"))

    async def find(self) -> Sequence[Choice]:
        """All of them."""
        page = await self.desk.api.api_keys()
        self._known = {each.id: each for each in page.items}
        return [Choice(each.id, each.name, self._detail(each)) for each in page.items]

    def _detail(self, key: ApiKey) -> str:
        now = self._now()
        may = trn("{count} scope", "{count} scopes", len(key.scopes)) if key.scopes else ""
        ends = ""
        if key.expires_at is not None:
            over = key.expires_at <= now
            ends = tr("expired") if over else tr("until {time}", time=clock(key.expires_at, now))
        return " · ".join(each for each in (tr(key.kind.value), may, self._used(key), ends) if each)

    def _used(self, key: ApiKey) -> str:
        if key.last_used_at is None:
            return tr("never used")
        return tr("used {age} ago", age=relative(key.last_used_at, self._now()))

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        key = self._known[event.choice_id]
        if key.key is None:
            self.app.push_screen(TextPage(safe_line(key.name), self._about(key)))
        else:
            self.app.push_screen(Shown(safe_line(key.name), key.key, self._about(key)))

    def _about(self, key: ApiKey) -> str:
        now = self._now()
        made = tr("Made by {name}, {time}", name=key.created_by.name, time=clock(key.created_at, now))
        ends = tr("no end") if key.expires_at is None else clock(key.expires_at, now)
        may = "\n".join(f"  {each}" for each in key.scopes or key.allowed_origins)
        lines = [
            f"{tr(key.kind.value)}: {tr(KINDS[key.kind])}",
            may,
            made,
            self._used(key),
            tr("Ends: {when}", when=ends),
        ]
        return "\n".join(each for each in lines if each)

    # --- making and ending -------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Choose what for, then the rest."""
        kinds = [Choice(kind.value, tr(kind.value), tr(words)) for kind, words in KINDS.items()]
        self.app.push_screen(Choose(tr("A new key"), kinds), self._kind_chosen)

    def _kind_chosen(self, kind: str | None) -> None:
        if kind is not None:
            self.app.push_screen(NewKey(self.desk, KeyKind(kind), self._now), self._made)

    def _made(self, key: ApiKey | None) -> None:
        if key is None:
            return
        self.load(key.id)
        once = tr("A key of this kind is shown only now: keep it where secrets are kept.")
        again = tr("It is no secret; this page shows it again at any time.")
        note = again if key.kind is KeyKind.PUBLISHABLE else once
        self.app.push_screen(Shown(safe_line(key.name), key.key or "", note))

    def action_revoke(self) -> None:
        """End a key; asked for twice, because it cannot be taken back."""
        key = self._known.get(self.picker.highlighted or "")
        if key is not None and self.twice(
            key.id,
            tr(
                "{key} again revokes “{name}”: all that uses it stops at once.",
                key=self.key("keys.revoke"),
                name=safe_line(key.name),
            ),
        ):
            self._revoke(key)

    @work(exit_on_error=False)
    async def _revoke(self, key: ApiKey) -> None:
        try:
            await self.desk.api.revoke_api_key(key.id)
        except ClientError as error:
            self.complain(error)
        self.load()
