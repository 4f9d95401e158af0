"""What is asked once before a reply goes out: is this card number, this address, this voice meant?"""

from deskterm.protocol.records import Visibility
from deskterm.screens.writing.canned import Canned
from deskterm.text.private_data import addresses, card_numbers
from deskterm.text.words import tr


class SendChecks(Canned):
    """Calm doubts about a reply; the same text is sent when asked for again."""

    def on_mount(self) -> None:
        """Begin to look."""
        self.composer.check = self.doubt_about

    def doubt_about(self, text: str, visibility: Visibility) -> str:
        """One line about the first thing found, or nothing."""
        if visibility is not Visibility.PUBLIC:
            return ""
        if cards := card_numbers(text):
            return tr(
                "Card number …{digits} in a public reply? {@compose.send:^S} again sends it.",
                digits=cards[0][-4:],
            )
        conversation = self.desk.replica.conversation(self.writing.conversation_id or "")
        if conversation and self.writing.voices.is_new(conversation.id):
            voice = self.writing.voices.said(conversation)
            return tr("First words as {voice}: {@compose.send:^S} again sends them.", voice=voice)
        contact = conversation.contact if conversation else None
        own = {contact.email.lower()} if contact and contact.email else set()
        if found := addresses(text, own):
            return tr("{address} in a public reply? {@compose.send:^S} again sends it.", address=found[0])
        return ""
