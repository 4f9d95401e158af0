"""Saved views: opened, kept, renamed, shared, deleted, and counted while somebody looks."""

from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from textual import on

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Change, Resynced, SavedViewsChanged
from deskterm.client.replica.saved_views import MOST_COUNTED, count_saved_views, load_saved_views
from deskterm.commands.model import Command
from deskterm.protocol.saved_views import SavedView
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.inbox.saved_list import counted_words, fields_of, list_of
from deskterm.screens.inbox.undo import Undoable, ViewUndo
from deskterm.screens.inbox.views import DIRECT_VIEWS, Narrowing
from deskterm.screens.questions import Ask, ChooseFound
from deskterm.screens.sentences import brief
from deskterm.screens.triage.balancing import Balancing
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.saved_lines import SavedChosen, SavedInSight, SavedLine

_SAVE = "save"
#: Commands about the saved view that is shown.
_OF_SHOWN = frozenset({"saved.rename", "saved.share", "saved.delete"})


class SavedViewVerbs(Balancing):
    """The views of the pane beside the list, of the chooser, and of the palette."""

    @property
    def saved(self) -> SavedView | None:
        """The saved view that is shown."""
        shown = self.listing.view.saved
        return self.desk.replica.saved_views.get(shown) if shown else None

    def offered(self) -> list[Command]:
        """What changes a saved view exists while one is shown that one may change."""
        able = self.saved is not None and self._may_change_view(self.saved)
        return [each for each in super().offered() if able or each.id not in _OF_SHOWN]

    def _may_change_view(self, view: SavedView) -> bool:
        return not view.shared or is_admin(self.me)

    # --- looking -----------------------------------------------------------------------------------------

    def load_totals(self) -> None:
        """With the figures of all views those of the saved ones that are in sight."""
        super().load_totals()
        self.count_views()

    @on(SavedInSight)
    def count_views(self) -> None:
        """Count those that are in sight."""
        self.work(self._count_views(), "saved-counts", exclusive=True)

    def tick(self) -> None:
        """A minute went by: ages in filters mean other times."""
        super().tick()
        self.count_views()

    async def _count_views(self, every: bool = False) -> None:
        with suppress(ClientError):  # what is shown stays until the next look
            await load_saved_views(self.desk)
            self.draw_saved()
            known = [each.id for each in self.desk.replica.saved_views.all()]
            watched = known[:MOST_COUNTED] if every else (*self.nav.watched, *self.loads_pane.watched)
            await count_saved_views(self.desk, dict.fromkeys(watched))
            self.draw_saved()

    def draw_saved(self) -> None:
        """Show them where there is room."""
        known = self.desk.replica.saved_views
        lines = [SavedLine(each.id, each.name, counted_words(known.count(each.id))) for each in known.all()]
        for pane in (self.nav, self.loads_pane):
            pane.set_saved(lines, self.listing.view.saved)

    def listing_drawn(self) -> None:
        """Which one is shown may be another one now."""
        super().listing_drawn()
        self.draw_saved()

    def follow_saved(self, change: Change) -> None:
        """Others came, changed or went."""
        if isinstance(change, Resynced):
            self.load_totals()
        if not isinstance(change, SavedViewsChanged):
            return
        shown = self.listing.view
        view = self.saved
        if shown.saved and view is None:
            self.show_view(self.views[0])
            self.say(tr("The view {name} is gone.", name=shown.title))
        elif view is not None and list_of(view, shown.in_triage) != shown:
            self.show_view(list_of(view, shown.in_triage), self.listing.narrowing)
        self.load_totals()

    # --- going there -------------------------------------------------------------------------------------

    def action_saved_views(self) -> None:
        """Choose one of them, or keep what is shown."""

        async def find() -> Sequence[Choice]:
            await load_saved_views(self.desk)
            await self._count_views(every=True)
            return [Choice(_SAVE, tr("Save this filter as a view…"), "W"), *self.destinations()]

        self.app.push_screen(ChooseFound(tr("Saved views"), find), self._chosen_view)

    def _chosen_view(self, chosen: str | None) -> None:
        if chosen == _SAVE:
            self.action_save_view()
        elif chosen:
            self.go_to_destination(chosen)

    def destinations(self) -> Sequence[Choice]:
        """Every saved view, with how much is in it."""
        known = self.desk.replica.saved_views
        return [
            Choice(each.id, tr("View: {name}", name=each.name), self._said_of_view(each))
            for each in known.all()
        ]

    def _said_of_view(self, view: SavedView) -> str:
        count = counted_words(self.desk.replica.saved_views.count(view.id))
        return " · ".join(filter(None, (tr("shared") if view.shared else "", count)))

    def go_to_destination(self, destination: str) -> None:
        """Show one of them; in triage as triage shows things."""
        view = self.desk.replica.saved_views.get(destination)
        if view is not None:
            self.go_to_view(list_of(view, self.in_triage_now))
        else:
            super().go_to_destination(destination)

    @property
    def in_triage_now(self) -> bool:
        """Whether triage is shown."""
        return self.listing.view.in_triage

    @on(SavedChosen)
    def _clicked_saved(self, event: SavedChosen) -> None:
        self.go_to_destination(event.view_id)

    # --- changing ----------------------------------------------------------------------------------------

    def action_save_view(self) -> None:
        """Keep the filter and the order that are in force under a name."""
        if self.listing.view in DIRECT_VIEWS:
            self.say(tr("Rooms and direct messages are no filter: this is for tickets."))
            return
        wanted, shown = self.listing.filter, self.saved
        q = wanted.as_text()

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                fields = {"name": values["name"].strip(), "q": q, "sort": wanted.sort}
                self._change_views(self._keep_view(fields))

        name = shown.name if shown is not None and self._may_change_view(shown) else ""
        self.app.push_screen(Ask(tr("Save as a view"), [Field("name", tr("Name"), name)], note=q), answered)

    async def _keep_view(self, fields: dict[str, str]) -> None:
        """Under the name of the view that is shown it is that view's filter from now on."""
        shown = self.saved
        if shown is not None and fields["name"].casefold() == shown.name.casefold():
            await self._patch_view(shown, fields, tr("view {name} saved", name=fields["name"]))
            return
        made = await self.desk.api.create_saved_view(**fields)
        self._view_changed(made, ViewUndo(made.id, {}, made.rev, tr("view {name} saved", name=made.name)))

    def action_rename_view(self) -> None:
        """Call the view that is shown otherwise."""
        shown = self.saved
        if shown is None:
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None and (name := values["name"].strip()) != shown.name:
                words = tr("view {before} is {name} now", before=shown.name, name=name)
                self._change_views(self._patch_view(shown, {"name": name}, words))

        field = Field("name", tr("Name"), shown.name)
        self.app.push_screen(Ask(tr("Rename this view"), [field], note=shown.q), answered)

    def action_share_view(self) -> None:
        """Give the view that is shown to everybody, or keep it for oneself."""
        shown = self.saved
        if shown is None:
            return
        said = tr("view {name} is only yours now", name=shown.name)
        if not shown.shared:
            said = tr("view {name} is shared now", name=shown.name)
        fields = {"visibility": "own" if shown.shared else "shared"}
        self._change_views(self._patch_view(shown, fields, said))

    def action_delete_view(self) -> None:
        """Delete the view that is shown."""
        if (shown := self.saved) is not None:
            self._change_views(self._delete_view(shown))

    async def _delete_view(self, view: SavedView) -> None:
        await self.desk.api.delete_saved_view(view.id)
        self.desk.replica.saved_views.drop(view)
        words = tr("view {name} deleted", name=view.name)
        undo = ViewUndo(None, fields_of(view), view.rev, words, (view.id, view.rev))
        self.show_view(self.views[0])
        self.remember(undo)
        self.say(tr("{words} · {@undo:u} takes it back", words=undo.words))

    async def _patch_view(self, view: SavedView, fields: Mapping[str, str], words: str) -> None:
        changed = await self.desk.api.patch_saved_view(view.id, **fields)
        before = {name: value for name, value in fields_of(view).items() if name in fields}
        self._view_changed(changed, ViewUndo(view.id, before, changed.rev, words, (view.id, view.rev)))

    def _view_changed(self, view: SavedView, undo: ViewUndo) -> None:
        self.desk.replica.saved_views.put(view)
        self.show_view(list_of(view, self.in_triage_now), Narrowing())
        self.remember(undo)
        self.say(tr("{words} · {@undo:u} takes it back", words=undo.words))
        self.load_totals()

    def _change_views(self, doing: Coroutine[Any, Any, None]) -> None:
        self.work(self._changing_view(doing), "change")

    async def _changing_view(self, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await doing
        except ClientError as error:
            self.complain(tr("The view is unchanged: {why}", why=brief(error)))

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back, or say why not."""
        if not isinstance(undo, ViewUndo):
            await super().take_back(undo)
        elif not self.is_offline_for(undo):
            await self._take_view_back(undo)

    async def _take_view_back(self, undo: ViewUndo) -> None:
        known = self.desk.replica.saved_views
        held = known.get(undo.view_id) if undo.view_id else None
        if undo.view_id and (held is None or held.rev != undo.rev):
            self.complain(
                tr("“{words}” is not taken back: somebody changed the view since.", words=undo.words)
            )
            return
        try:
            if held is None:
                self._view_is_again(await self.desk.api.create_saved_view(**undo.fields), undo)
            elif undo.fields:
                self._view_is_again(await self.desk.api.patch_saved_view(held.id, **undo.fields), undo)
            else:
                await self.desk.api.delete_saved_view(held.id)
                known.drop(held)
        except ClientError as error:
            self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=brief(error)))
            return
        self.follow_saved(SavedViewsChanged())
        self.say(tr("Taken back: {words}", words=undo.words))

    def _view_is_again(self, view: SavedView, undo: ViewUndo) -> None:
        """What was done to it before can be taken back as well."""
        self.desk.replica.saved_views.put(view)
        self.undos[:] = [
            replace(each, view_id=view.id, rev=view.rev)
            if isinstance(each, ViewUndo) and (each.view_id, each.rev) == undo.before
            else each
            for each in self.undos
        ]
