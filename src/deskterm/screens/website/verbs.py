"""The way from the inbox to what an admin looks after: keys, the chat on websites, webhooks, blocks."""

from deskterm.screens.people.verbs import PeopleVerbs


class WebsiteVerbs(PeopleVerbs):
    """`g k`, `g W`, `g h` and `g x`. The screens behind them are loaded when somebody asks."""

    def action_api_keys(self) -> None:
        """Look through the API keys."""
        from deskterm.screens.website.keys import KeysScreen

        self.app.push_screen(KeysScreen(self.desk, self.now))

    def action_website_chat(self) -> None:
        """Change how the chat on websites looks, and get the line to paste."""
        from deskterm.screens.website.chat import WidgetScreen

        self.app.push_screen(WidgetScreen(self.desk, self.now))

    def action_webhooks(self) -> None:
        """Look where events go."""
        from deskterm.screens.website.webhooks import WebhooksScreen

        self.app.push_screen(WebhooksScreen(self.desk, self.now))

    def action_blocks(self) -> None:
        """Look who is blocked."""
        from deskterm.screens.website.blocks import BlocksScreen

        self.app.push_screen(BlocksScreen(self.desk, self.now))
