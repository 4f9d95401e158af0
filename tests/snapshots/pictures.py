"""The pictures of README are the snapshots themselves: `python -m tests.snapshots.pictures` copies them."""

import shutil
from pathlib import Path

SNAPSHOTS = Path(__file__).parent / "__snapshots__"
FOLDER = Path(__file__).parents[2] / "docs" / "pictures"

#: Name in docs/pictures and the snapshot it is.
PICTURES = {
    "inbox": "test_inbox/test_inbox[conversation-200x50-deskterm-dark]",
    "conversation": "test_inbox/test_inbox[note-120x36-deskterm-dark]",
    "chat": "test_customers/test_chat[typing-80x24-deskterm-dark]",
    "assign": "test_inbox/test_inbox[assign-120x36-deskterm-dark]",
    "voices": "test_direct/test_agents[voices-120x36-deskterm-dark]",
    "notifications": "test_direct/test_customers[notifications-120x36-deskterm-dark]",
    "light": "test_inbox/test_inbox[full-80x24-deskterm-light]",
}


def main() -> None:
    """Copy every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name, snapshot in PICTURES.items():
        shutil.copyfile(SNAPSHOTS / f"{snapshot}.svg", FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
