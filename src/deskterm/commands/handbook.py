"""How things work, in plain words: shown by the console's help, and written as docs/customers.md,
docs/admins.md and docs/filters.md by `python -m deskterm.commands.handbook docs`. A test fails when they
differ. Keys stand in them by their commands, so that the console names those in force.
"""

import re
import sys
from pathlib import Path
from textwrap import fill
from typing import Final

from deskterm.commands.filter_page import FILTERS
from deskterm.text.words import tr

CUSTOMERS: Final = """\
# For customers

## Reaching support

Help & Support is what you see first. Write, and press Enter: the answer comes right below.
Nobody but you and the people of support reads it. What you wrote while the line was down goes out by
itself when it is back. `{@chat.new:^N}` starts a new request about something else; `{@chat.earlier:F3}`
shows what you asked before.

`{@chat.attach:^F}` sends a file, or all that `*.png` fits: begin to type its path, the arrow to the
right takes the rest of a name that is offered, Enter sends. If you have begun a text, the file goes
with it: sending the text sends both, `{@chat.attach:^F}` again takes the file off. `{@chat.unsend:^Z}`
in an empty text stops a file on its way.

`{@chat.files:F10}` is for files that came: look at a picture here, open a file with your desktop's
program (over ssh it is saved instead), or save it where you say; it never replaces one of yours.

At the top stands who answers you, and whether somebody is there now. You can always write.

## Rooms and direct messages

If your organization has a room, it stands below Help & Support: everybody in it reads what is written
there. `{@chat.places:Tab}` goes to the list and back, Enter opens, `{@chat.unread:F8}` goes where
something new is. In a narrow window the list slides over the text.

To write to one person alone, press `{@chat.people:F9}` in a room, choose a name and press Enter, or
press `{@chat.direct:F7}` and type a part of the name. Some names belong to a role, such as Billing:
whoever is on duty answers under it; they stand above the members, and `●` says that somebody is there.
There is one conversation for each person; choosing a name again goes on in it. It is read by the two of
you, and by the people who look after the service. You can have 20 of them. The two of you also see
whether the other is there, and when they type; who only shares a room with you does not. With “Be away”
(`{@chat.account:F4}`) you are seen as not there.

`{@chat.search:^R}` looks for words in the conversation that is open. What you have begun to write stays
in its place when you go elsewhere, also over a restart: `✎` marks it.

To copy, drag over a text with the mouse while you hold Shift (Option on a Mac, Fn in some terminals).

## Notifications

A card in the middle of Help & Support, in colours of its own and without a name, is a notification:
your organization tells you something, such as that your account was changed. It cannot be answered. If
you have a question about it, just write: that goes to support.
"""

ADMINS: Final = """\
# For admins and staff

## Tickets

A customer's first message opens a ticket. Admins see all of them, staff what is assigned to them.
`{@ticket.assign:a}` assigns, `{@ticket.status:s}` sets the status, `{@ticket.priority:p}` the priority,
`{@ticket.resolve:e}` resolves and goes to the next one, `{@undo:u}` takes the last change back.
`{@ticket.reply:r}` replies, `{@ticket.note:n}` writes a note that only agents read. The frame of the
text always says who will read it. `{@compose.attach:^F}` there sends a file, with the text that you
have begun or, without one, at once, as a reply or in the note's way; `{@compose.unsend:^Z}` in an empty
text stops one on its way. `{@file.save:y f}` saves a file of the conversation, `{@file.show:y p}` shows
a picture in the terminal, `{@file.open:y o}` opens a file with the program that your desktop has for it
(over ssh it is saved, and you are told where).

`{@copy.message:y m}` copies the message, `{@copy.ticket:y t}` the number, `{@copy.link:y u}` the link,
`{@copy.email:y e}` the address; it says which way the text took. With the mouse, drag over a text
(`{@thread.full:f}` shows it alone), or hold Shift (Option on a Mac, Fn in some terminals) to select as
your terminal does.

## Several at once

`{@select.one:Space}` selects a conversation, `{@select.range:v}` a range, `{@select.all:*}` all that
the filter finds, `{@back:Esc}` none. The same letters are then about all of them: first you see what
would happen, `{@question.yes:⏎}` does it, `{@undo:u}` takes it back. `{@goto.triage:g t}` (admins)
shows all that is open with everybody's load; `{@triage.group:b}` makes a board of it,
`{@triage.back:<}` and `{@triage.on:>}` move to the lane beside, `{@triage.balance:=}` spreads what is
selected over who is there.

## Personas

A persona is a name that several people answer under, such as Billing. `{@goto.people:g p}` lists people
and personas. There an admin makes one (`{@people.new:F7}`), changes it (Enter) or retires it
(`{@people.retire:F8}` twice): name, title, initials or a sign, colour, whether everybody may write to
it (`{@persona.open:F6}`), whether it speaks for support (`{@persona.support:F9}`), and who speaks as it
(`{@persona.operators:F4}`). Admins may speak as any.

In a text `{@compose.persona:^O}` chooses as whom you write in this conversation; the others keep their
voice. The line below the text says it in words: `as ◆ Billing (you: Dana Whitfield)`. The first message
after a change is asked about once. The customer sees the persona alone; admins see
`Billing (Dana Whitfield)`, and the log keeps it.

## Direct messages and rooms

`{@goto.direct:g d}` lists your rooms and direct messages, those of personas you speak as included; in a
wide window they also stand at the left, with a mark that says who is there. The frame of an open one
says so in words, and of a contact who is not there, when they were seen last. There `{@ticket.new:c}`
writes to somebody: choose the person, then as whom; first stand those with whom you spoke last, with
the names you speak to them under. In a room `{@view.sidebar:i}` goes to its people; Enter writes to one
of them.

`{@goto.all_direct:g D}` (admins) shows the direct messages of everybody. `{@list.filter:/}` narrows
both lists to one persona, to one person, to those that are unanswered, or to those with certain words
in their messages; `{@ticket.open:⏎}` opens one, and the answer goes out as the persona it was written
to.

“New room…” and “Rename room…” are in the commands (`{@app.palette::}`). In a room,
`{@message.previous:{}` and `{@message.next:}}` point at a message and `{@message.delete:D}` removes it
for everybody; among its people `{@room.mute:m}` lets somebody only read, or write again.

## Notifications

`{@ticket.notify:N}` on a conversation writes a notification to its contact; `{@notify.recipients:F4}`
chooses others, each with Enter or with `{@several.all:F8}` all that match what was typed.
`{@notify.look:F9}` changes the look: four that follow the reader's theme, and one of your own colours,
which are checked for contrast; what cannot be read is corrected on the reader's screen. Below the text
you see it as they will.

`{@notify.send:^S}` first says how many it goes to, and to whom; `{@notify.send:^S}` again sends it. It
cannot be taken back or answered, and is never counted as unanswered. `{@notify.sent:g n}` shows what
was sent, how far it is, and who has read it.

## Your website

`{@goto.website:g W}` (admins) is the chat on your website: what it looks like and says, with a preview
that follows the value under the cursor. Name the websites that may show it, then press
`{@website.script:F6}`: that is the line to paste into your pages. Visitors' conversations are in the
inbox like all others; the details (`{@view.sidebar:i}`) say which page they are on, where they came
from, their browser and address, and what your website tells of them.

`{@ticket.block:X}` blocks a visitor, an address or a network; what they send is answered as ever, and
nobody sees it. `{@goto.blocks:g x}` lists who is blocked; `{@blocks.remove:F8}` there unblocks.

`{@goto.keys:g k}` lists API keys: `{@keys.new:F7}` makes one, `{@keys.revoke:F8}` twice revokes it.
`{@goto.webhooks:g h}` lists webhooks, where events go: whether that works, what was sent
(`{@webhooks.deliveries:F9}`), and each delivery once more. Keys and secrets are shown once;
`{@shown.copy:F6}` copies them.
"""


def paragraphs(text: str) -> list[str]:
    """What is translated at a time: a paragraph is one line, what is indented stays as it stands."""
    return [each if "    " in each else " ".join(each.split("\n")) for each in text.strip().split("\n\n")]


def written(text: str) -> str:
    """A page for docs/, its lines of the width that people read."""
    return "\n\n".join(map(_wrapped, paragraphs(text))) + "\n"


def _wrapped(paragraph: str) -> str:
    if "    " in paragraph:
        return paragraph
    whole = _CODE.sub(lambda code: code[0].replace(" ", "\0"), tr(paragraph))
    return fill(whole, 78, break_long_words=False, break_on_hyphens=False).replace("\0", " ")


#: Where each text is written.
PAGES: Final = {"customers.md": CUSTOMERS, "admins.md": ADMINS, "filters.md": FILTERS}
_CODE: Final = re.compile(r"`[^`]+`")


if __name__ == "__main__":
    for name, text in PAGES.items():
        (Path(sys.argv[1]) / name).write_text(written(text), encoding="utf-8")
