"""What the console draws: widgets that show the records they are given and post messages; they know no
network, no clock and no other pane.

`paint` and `body` are the one way from a string to the screen. `ConversationList`, `Thread` and
`Composer` are the panes of an inbox; `TitleBar`, `ContextRow`, `ViewTabs`, `NavPane` and `FittingFooter`
stand around them; `TicketSidebar` and `FactsLine` tell about one conversation; `Picker`, `Form` and
`Notice` ask and tell.
"""
