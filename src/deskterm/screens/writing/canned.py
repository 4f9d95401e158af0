"""Canned replies in the inbox: choosing one into the text, and keeping them."""

import asyncio
from collections.abc import Mapping
from functools import cached_property

from textual import on

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.canned_replies import load_canned_replies
from deskterm.protocol.canned_replies import CannedReply
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.sentences import brief
from deskterm.screens.writing.canned_chooser import ChooseCanned, Chosen, Wish
from deskterm.screens.writing.canned_form import EditCanned
from deskterm.screens.writing.canned_values import values
from deskterm.screens.writing.composing import Composing
from deskterm.screens.writing.recent import Recent
from deskterm.text.placeholders import Filled, fill
from deskterm.text.words import tr
from deskterm.widgets.composer.text import SNIPPET, ComposerText


class Canned(Composing):
    """`ctrl+r`, or `;` at the beginning of a line, and the ones one manages."""

    @cached_property
    def recent(self) -> Recent:
        """The canned replies that this account used last."""
        drafts = self.settings.drafts
        path = drafts.with_name("canned-recent.json") if drafts else None
        return Recent(path, f"{self.desk.api.server} {self.me.email or self.me.user_id}")

    async def action_canned(self) -> None:
        """Choose a canned reply into the text."""
        await self._choose_canned()

    async def action_manage_canned(self) -> None:
        """Look through the canned replies, make, change and delete them."""
        await self._choose_canned(use=False)

    @on(ComposerText.CannedWanted)
    async def _canned_wanted(self, event: ComposerText.CannedWanted) -> None:
        event.stop()
        await self._choose_canned(asked_by=SNIPPET)

    def action_pane(self, step: int) -> None:
        """The next pane; while something is to be filled in, the next of its places."""
        field = self.composer.field
        if step > 0 and field.has_focus and (field.filling or field.blanks()):
            field.next_blank()
        else:
            super().action_pane(step)

    async def _choose_canned(self, *, use: bool = True, asked_by: str = "", typed: str = "") -> None:
        """Ask which; what comes of it is done when the answer is there. Awaited, so that no key is lost."""
        known = self.desk.replica.canned
        typed += self.composer.field.take_ahead()

        def answered(chosen: Chosen | None) -> None:
            if chosen is not None:
                self._do_canned(chosen, use)
            elif asked_by:
                self.composer.field.insert(asked_by)  # it was meant as what it is

        chooser = ChooseCanned(self._canned_offered(), self._fill_canned, answered, typed=typed, use=use)
        await self.app.push_screen(chooser)
        if known.loaded:
            chooser.arrived()
        else:
            self.work(self._load_canned(chooser), "canned", exclusive=True)

    async def _load_canned(self, chooser: ChooseCanned) -> None:
        try:
            await load_canned_replies(self.desk)
            trouble = ""
        except ClientError as error:
            trouble = tr("The canned replies are not here: {why}", why=brief(error))
        if chooser.is_current:
            chooser.show(self._canned_offered(), trouble)

    def _canned_offered(self) -> list[CannedReply]:
        return self.recent.first(self.desk.replica.canned.all())

    def _fill_canned(self, reply: CannedReply) -> Filled:
        target = self.target
        if target is None:
            return Filled(reply.body, {})
        persona = self.desk.replica.roster.support_persona
        return fill(reply.body, values(target, self.me, persona, self.composer.visibility))

    def _do_canned(self, chosen: Chosen, use: bool) -> None:
        reply = self.desk.replica.canned.get(chosen.reply_id or "")
        if chosen.wish is Wish.NEW:
            self._edit_canned(None, chosen, use)
        elif reply is None:
            self.complain("Somebody has deleted this canned reply.")
        elif chosen.wish is Wish.USE:
            self._insert_canned(reply)
        elif reply.shared and not is_admin(self.me):
            self.complain(
                "Shared canned replies are changed by admins; {@canned.new:F7} makes one of your own."
            )
        elif chosen.wish is Wish.EDIT:
            self._edit_canned(reply, chosen, use)
        else:
            self.work(self._delete_canned(reply, use), "canned", exclusive=True)

    def _insert_canned(self, reply: CannedReply) -> None:
        self.composer.field.insert_filled(self._fill_canned(reply))
        self.recent.used(reply.id)
        self.work(asyncio.to_thread(self.recent.save), "canned-recent", exclusive=True)

    def _edit_canned(self, reply: CannedReply | None, chosen: Chosen, use: bool) -> None:
        """The form; after it the chooser is there again."""
        if reply is None:
            written = self.composer.text() if use else ""
            shortcut = "".join(chosen.typed.split())
            first = {"visibility": "own", "shortcut": shortcut, "title": "", "body": written}
            title = tr("New canned reply")
        else:
            first = {name: getattr(reply, name) for name in ("visibility", "shortcut", "title", "body")}
            title = tr("Canned reply {shortcut}", shortcut=reply.shortcut)

        async def save(fields: Mapping[str, str]) -> str:
            try:
                await self._store_canned(reply, fields)
            except ClientError as error:
                taken = isinstance(error, ApiError) and error.code == "conflict"
                return (
                    tr("The shortcut {shortcut} is taken.", shortcut=fields["shortcut"])
                    if taken
                    else brief(error)
                )
            return ""

        async def done(stored: bool | None) -> None:
            await self._choose_canned(use=use, typed="" if stored else chosen.typed)

        may_share = reply is None and is_admin(self.me)
        self.app.push_screen(EditCanned(title, first, save, may_share=may_share), done)

    async def _store_canned(self, reply: CannedReply | None, fields: Mapping[str, str]) -> None:
        """What was written last stands first, like what was used last."""
        if reply is None:
            made = await self.desk.api.create_canned_reply(**fields)
        else:
            changed = {name: value for name, value in fields.items() if name != "visibility"}
            made = await self.desk.api.patch_canned_reply(reply.id, **changed)
        self.desk.replica.canned.put(made)
        self.recent.used(made.id)

    async def _delete_canned(self, reply: CannedReply, use: bool) -> None:
        try:
            await self.desk.api.delete_canned_reply(reply.id)
        except ClientError as error:
            self.complain(tr("{shortcut} is not deleted: {why}", shortcut=reply.shortcut, why=brief(error)))
            return
        self.desk.replica.canned.drop(reply)
        self.say(tr("Deleted the canned reply {shortcut}.", shortcut=reply.shortcut))
        await self._choose_canned(use=use)
