"""Work behind a screen that fails as nobody expected: said in a sentence, kept in the log, never the end."""

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState


class Failed(Message):
    """Work behind a screen ended with an error that nobody expected: the app logs it and says so."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        super().__init__()


class HandsOnFailures(MessagePump):
    """A screen whose workers never end the program; start them with `exit_on_error=False`."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Hand on what went wrong."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.post_message(Failed(event.worker.error))
