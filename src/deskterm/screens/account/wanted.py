"""Said by a screen where somebody chose one of the known accounts."""

from textual.message import Message

from deskterm.client.accounts.known import Account


class AccountWanted(Message):
    """The app shows the desk of this account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        super().__init__()
