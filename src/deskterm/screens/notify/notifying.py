"""Notifications from the inbox: to the contact of a conversation, to many, and what was sent before."""

from deskterm.screens.direct.agents import AgentsDirect


class Notifying(AgentsDirect):
    """`N`, and `g n`. The screens behind them are loaded when somebody asks."""

    def action_notify_contact(self) -> None:
        """Write a notification to the contact of the conversation; without one, choose to whom."""
        from deskterm.screens.notify.compose import ComposeNotification

        target = self.target
        contact = target.contact if target is not None else None
        compose = ComposeNotification(self.desk, [contact] if contact else [], self.now)
        self.app.push_screen(compose, lambda said: self.say(said) if said else None)

    def action_notified(self) -> None:
        """Look at what was sent to whom."""
        from deskterm.screens.notify.sent import SentNotifications

        self.app.push_screen(SentNotifications(self.desk, self.now))
