"""How things work, in plain words: shown by the console's help, and written as docs/customers.md,
docs/admins.md and docs/filters.md by `python -m deskterm.commands.handbook docs`. A test fails when they
differ.
"""

import sys
from pathlib import Path
from typing import Final

from deskterm.commands.filter_page import FILTERS

CUSTOMERS: Final = """\
# For customers

## Reaching support

Help & Support is what you see first. Write, and press Enter: the answer comes
right below. Nobody but you and the people of support reads it. What you wrote
while the line was down goes out by itself when it is back. `^N` starts a new
request about something else; `F3` shows what you asked before.

`^F` sends a file, or all that `*.png` fits: begin to type its path, the arrow
to the right takes the rest of a name that is offered, Enter sends. If
you have begun a text, the file goes with it: sending the text sends both,
`^F` again takes the file off. `^Z` in an empty text stops a file on its way.

`F10` is for files that came: look at a picture here, open a file with your
desktop's program (over ssh it is saved instead), or save it where you say; it
never replaces one of yours.

At the top stands who answers you, and whether somebody is there now. You can
always write.

## Rooms and direct messages

If your organization has a room, it stands below Help & Support: everybody in
it reads what is written there. `Tab` goes to the list and back, Enter opens,
`F8` goes where something new is. In a narrow window the list slides over the
text.

To write to one person alone, press `F9` in a room, choose a name and press
Enter, or press `F7` and type a part of the name. Some names belong to a role,
such as Billing: whoever is on duty answers under it; they stand above the
members, and `●` says that somebody is there. There is one conversation for
each person; choosing a name again goes on in it. It is read by the two of
you, and by the people who look after the service. You can have 20 of them.
The two of you also see whether the other is there, and when they type; who
only shares a room with you does not. With “Be away” (`F4`) you are seen as
not there.

`^R` looks for words in the conversation that is open. What you have begun to
write stays in its place when you go elsewhere, also over a restart: `✎` marks
it.

To copy, drag over a text with the mouse while you hold Shift (Option on a Mac,
Fn in some terminals).

## Notifications

A card in the middle of Help & Support, in colours of its own and without a
name, is a notification: your organization tells you something, such as that
your account was changed. It cannot be answered. If you have a question about
it, just write: that goes to support.
"""

ADMINS: Final = """\
# For admins and staff

## Tickets

A customer's first message opens a ticket. Admins see all of them, staff what
is assigned to them. `a` assigns, `s` sets the status, `p` the priority, `e`
resolves and goes to the next one, `u` takes the last change back. `r`
replies, `n` writes a note that only agents read. The frame of the text always
says who will read it. `^F` there sends a file, with the text that
you have begun or, without one, at once, as a reply or in the note's way; `^Z`
in an empty text stops one on its way. `y f` saves a file of the conversation,
`y p` shows a picture in the terminal, `y o` opens a file with the program
that your desktop has for it (over ssh it is saved, and you are told where).

`y` and a letter copies: `m` the message, `t` the number, `u` the link, `e` the
address; it says which way the text took. With the mouse, drag over a text (`f`
shows it alone), or hold Shift (Option on a Mac, Fn in some terminals) to
select as your terminal does.

## Several at once

`Space` selects a conversation, `v` a range, `*` all that the filter finds,
`Esc` none. The same letters are then about all of them: first you see what
would happen, Enter does it, `u` takes it back. `g t` (admins) shows all that
is open with everybody's load; `b` makes a board of it, `<` and `>` move to
the lane beside, `=` spreads what is selected over who is there.

## Personas

A persona is a name that several people answer under, such as Billing. `g p`
lists people and personas. There an admin makes one (`F7`), changes it (Enter)
or retires it (`F8` twice): name, title, initials or a sign, colour, whether
everybody may write to it (`F6`), whether it speaks for support (`F9`), and
who speaks as it (`F4`). Admins may speak as any.

In a text `^O` chooses as whom you write in this conversation; the others keep
their voice. The line below the text says it in words: `as ◆ Billing (you:
Dana Whitfield)`. The first message after a change is asked about once. The
customer sees the persona alone; admins see `Billing (Dana Whitfield)`, and
the log keeps it.

## Direct messages and rooms

`g d` lists your rooms and direct messages, those of personas you speak as
included; in a wide window they also stand at the left, with a mark that says
who is there. The frame of an open one says so in words, and of a contact who
is not there, when they were seen last. There `c` writes to somebody: choose
the person, then as whom; first stand those with whom you spoke last, with the
names you speak to them under. In a room `i` goes to its people; Enter writes
to one of them.

`g D` (admins) shows the direct messages of everybody. `/` narrows both lists
to one persona, to one person, to those that are unanswered, or to those with
certain words in their messages; Enter opens one, and the answer goes out as
the persona it was written to.

“New room…” and “Rename room…” are in the commands (`:`). In a room, `{` and
`}` point at a message and `D` removes it for everybody; among its people `m`
lets somebody only read, or write again.

## Notifications

`N` on a conversation writes a notification to its contact; `F4` chooses
others, each with Enter or with `F8` all that match what was typed. `F9`
changes the look: four that follow the reader's theme, and one of your own
colours, which are checked for contrast; what cannot be read is corrected on
the reader's screen. Below the text you see it as they will.

`^S` first says how many it goes to, and to whom; `^S` again sends it. It
cannot be taken back or answered, and is never counted as unanswered. `g n`
shows what was sent, how far it is, and who has read it.

## Your website

`g W` (admins) is the chat on your website: what it looks like and says, with
a preview that follows the value under the cursor. Name the websites that may
show it, then press `F6`: that is the line to paste into your pages. Visitors'
conversations are in the inbox like all others; the details (`i`) say which
page they are on, where they came from, their browser and address, and what
your website tells of them.

`X` blocks a visitor, an address or a network; what they send is answered as
ever, and nobody sees it. `g x` lists who is blocked; `F8` there unblocks.

`g k` lists API keys: `F7` makes one, `F8` twice revokes it. `g h` lists
webhooks, where events go: whether that works, what was sent (`F9`), and each
delivery once more. Keys and secrets are shown once; `F6` copies them.
"""


def paragraphs(text: str) -> list[str]:
    """What is translated at a time."""
    return text.split("\n\n")


#: Where each text is written.
PAGES: Final = {"customers.md": CUSTOMERS, "admins.md": ADMINS, "filters.md": FILTERS}


if __name__ == "__main__":
    for name, text in PAGES.items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
