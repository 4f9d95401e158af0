"""The chat on websites, for admins: its settings, how it will look, and the line to paste."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.client.errors import ClientError
from deskterm.client.http.website_calls import ApiKey
from deskterm.commands.model import Context
from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.records import Persona
from deskterm.protocol.widget import script_line
from deskterm.screens.sentences import refused
from deskterm.screens.settings.organization import OrganizationScreen
from deskterm.screens.website.shown import Shown
from deskterm.settings import widget
from deskterm.settings.entry import Entry, Value
from deskterm.text.words import later, tr
from deskterm.widgets.website.preview import ChatLook, ChatPreview

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: What visitors read where the organization says nothing of its own.
_AWAY = later("Support is away and will answer as soon as somebody is back")


class WidgetScreen(OrganizationScreen):
    """The settings above the preview, which follows the value under the cursor."""

    panel = Context.WEBSITE
    last = ""

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__(desk, tr("Chat on your website"), widget.ENTRIES)
        self._preview = ChatPreview()
        self._tried: dict[str, Value] = {}
        self._now = now

    def compose(self) -> ComposeResult:
        """The list above what it makes."""
        with Vertical(id="widget"):
            yield from super().compose()
            yield self._preview

    def show_hints(self, words: str) -> None:
        """Below the preview: the list above has its own."""
        self._preview.set_frame(foot=[(words, "$muted")])

    def draw(self) -> None:
        """Show every value, and what they make."""
        super().draw()
        self._preview.show(self._look())

    def attempt(self, entry: Entry, value: Value) -> None:
        """Show the chat as it would be with another value."""
        self._tried = {entry.name: value}
        self._preview.show(self._look())

    def give_up(self) -> None:
        """Show the chat as it is."""
        self._tried = {}
        self._preview.show(self._look())

    async def keep(self, entry: Entry, value: Value | None) -> None:
        """Tell the server."""
        self._tried = {}
        await super().keep(entry, value)

    def _look(self) -> ChatLook:
        values = {each.name: self.chosen(each).value for each in widget.ENTRIES} | self._tried
        found = {name.removeprefix(widget.PREFIX): value for name, value in values.items()}
        me = self.desk.replica.me
        organization = me.organization if me else None
        settings = organization.settings if organization else {}
        persona = self._persona() if settings.get("voice", "persona") == "persona" else None
        initials = persona.initials if persona and found["avatar"] else None
        asks = {"collect_name": tr("name"), "collect_email": tr("e-mail")}
        return ChatLook(
            name=persona.name if persona else organization.name if organization else "",
            initials=initials or "",
            color=str(found["color"]),
            welcome=str(found["welcome"] or settings.get("welcome", "")),
            offline=str(found["offline_text"] or tr(_AWAY)),
            asks=tuple(words for name, words in asks.items() if found[name]),
            position=str(found["position"]),
            theme=str(found["theme"]),
            enabled=bool(found["enabled"]),
            websites=str(found["origins"]),
        )

    def _persona(self) -> Persona | None:
        return next((each for each in self.desk.replica.roster.personas.values() if each.support), None)

    # --- the line to paste -------------------------------------------------------------------------------

    @work(group="script", exclusive=True, exit_on_error=False)
    async def action_script(self) -> None:
        """Show the line; a website's key is made if there is none."""
        try:
            key = await self._key()
        except ClientError as error:
            self.notify(refused(error), timeout=6, markup=False)
            return
        notes = [tr("Paste it before </body> in every page that shall have the chat.")]
        if not self._look().websites and not key.allowed_origins:
            notes.append(tr("No website is named yet: until then no browser shows it."))
        notes.append(tr("If browsers reach this server by another address, put that one in."))
        line = script_line(self.desk.api.server, key.key or "")
        self.app.push_screen(Shown(tr("For your website"), line, "\n".join(notes)))

    async def _key(self) -> ApiKey:
        for each in (await self.desk.api.api_keys()).items:
            if each.key is not None and (each.expires_at is None or each.expires_at > self._now()):
                return each
        made = await self.desk.api.make_api_key(KeyKind.PUBLISHABLE, tr("Website"))
        self.notify(tr("The publishable key “{name}” is made for it.", name=made.name), markup=False)
        return made
