"""The filter language in plain words: shown by the console's help, and written as docs/filters.md."""

from typing import Final

FILTERS: Final = """\
# Filters

## The language

`{@list.filter:/}` in the inbox, `q=` of the API, saved views, changes of many and the verbs of the
command line take the same language:

    status:open assignee:me priority>=high tag:billing -tag:spam
    waiting>30m "refund"

All terms must hold; `-` asks for the opposite; a comma means any of them. There is no OR and there are
no brackets. What a filter asks of status, assignee or escalation takes the place of what the view
itself asks of it.

    status       open pending snoozed resolved closed
    priority     low normal high urgent, also compared: priority>=high
    assignee     me, none, a name, a word of a name, or an id
    source       customer lead widget api email console
    kind         support direct personal group
    tag          a tag
    contact      a part of the name or the address, or an id
    company      a part of its name
    persona      a name, a word of it, or an id
    number       42 or #42
    escalated    yes or no
    unread       yes or no
    waiting      an age, waiting>30m (m h d w), or a date,
                 waiting<2026-11-01 (UTC)
    created      the same, created<24h
    updated      the same
    snoozed      how long it still sleeps, snoozed<2h, or a date

Other words are looked for in subjects, messages and notes, the beginning of a word being enough; what
stands in quotes is found as it stands. Case and accents do not matter. Names with spaces are quoted:
assignee:"Mike Chen".

## Typing one

While one types, Tab takes what is offered first (the arrows choose another), Enter applies the filter,
Esc leaves it as it was. A mistake is pointed at. The filter in force stands in the row above the
footer; `{@back:Esc}` in the list takes it away.

Where few conversations meet a filter that no index answers, the server looks at some thousand at a
time: the list says “searching…” and grows, and `{@back:Esc}` or another filter ends it.

## Saved views

`{@saved.save:W}` keeps the filter and the order in force under a name; in a saved view the same name
changes it. `{@saved.open:g v}` lists them with how many conversations are in each, so does the palette;
wide windows show them beside the inbox, and triage below the loads. Everybody's own are theirs alone.
Admins share one from the palette (“Share this view”), and everybody has it; `me` in it is whoever
looks. “Rename this view” and “Delete this view” are there too, and `{@undo:u}` takes each back. “20+”
says that there are that many or more: counting ends at 1,000, and where each conversation has to be
looked at after 750.
"""
