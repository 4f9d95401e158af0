"""As whom one writes: the persona picker of the text."""

import asyncio
from functools import cached_property

from deskterm.protocol.records import Conversation, Kind
from deskterm.screens.direct.choose_voice import NOBODY, ChooseVoice
from deskterm.screens.direct.voice_choices import speakable, voice_choices
from deskterm.screens.inbox.delivering import Delivering
from deskterm.screens.writing.recent import Recent
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.conversations.row import who


class Speaking(Delivering):
    """`ctrl+o` chooses a voice for the open conversation alone; the others keep theirs."""

    @cached_property
    def recent_voices(self) -> Recent:
        """The personas that this account spoke as last."""
        drafts = self.settings.drafts
        path = drafts.with_name("personas-recent.json") if drafts else None
        return Recent(path, f"{self.desk.api.server} {self.me.email or self.me.user_id}")

    def spoke_as(self, persona_id: str) -> None:
        """This one is offered first from now on."""
        self.recent_voices.used(persona_id)
        self.work(asyncio.to_thread(self.recent_voices.save), "personas-recent", exclusive=True)

    def action_persona(self) -> None:
        """Choose whose name is over the text."""
        conversation = self.desk.replica.conversation(self.writing.conversation_id or "")
        if conversation is None:
            self.say("Open a conversation first.")
            return
        usual = self._own_words(conversation)
        able = [each for each in speakable(self.me, self.desk.replica) if each.name != usual]
        personas = self.recent_voices.first(able)
        own = Choice(NOBODY, usual, tr("as it comes"), "·")
        choices = [own, *voice_choices(personas, self.desk.replica)]
        if len(choices) == 1:
            self.say("There is no persona that you may speak as.")
            return
        voices, reader = self.writing.voices, who(conversation, self.desk.replica.own_ids)[0]
        reader = tr("Everybody in the room") if conversation.kind is Kind.GROUP else reader

        def seen(choice: str) -> str:
            persona = voices.persona(choice)
            name = persona.name if persona else usual
            title = f" · {persona.title}" if persona and persona.title else ""
            return tr("{reader} will see: “{voice}”", reader=reader, voice=f"{name}{title}")

        log = tr("Admins always see that it was {name}.", name=self.me.name)
        chooser = ChooseVoice(tr("Write as…"), choices, seen, voices.of(conversation) or NOBODY, log)
        self.app.push_screen(chooser, lambda chosen: self._speak_as(conversation, chosen))

    def _own_words(self, conversation: Conversation) -> str:
        """Who is read where no persona is named."""
        by_persona = self.me.organization.settings.get("voice", "persona") == "persona"
        support = self.desk.replica.roster.support_persona
        if conversation.kind is not Kind.DIRECT and by_persona and support is not None:
            return support.name
        return self.me.name

    def _speak_as(self, conversation: Conversation, chosen: str | None) -> None:
        if chosen is None:
            return
        persona_id = None if chosen == NOBODY else chosen
        self.writing.voices.choose(conversation, persona_id)
        if persona_id is not None:
            self.spoke_as(persona_id)
        self.writing.follow(conversation)
        self.say(tr("You write as {voice} here.", voice=self.writing.voices.said(conversation)))
