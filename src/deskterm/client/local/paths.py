"""Where local files live. `DESKTERM_HOME` moves all of them; else the platform's own folders are used."""

import os
from pathlib import Path

NAME = "deskterm"


def config_folder() -> Path:
    """Known accounts and kept tokens."""
    return _home() or _platform("user_config_path")


def data_folder() -> Path:
    """What is worth a backup: the database of `deskterm serve`, unless told otherwise."""
    return _below_home("data") or _platform("user_data_path")


def state_folder() -> Path:
    """What this machine remembers: logs, the outbox."""
    return _below_home("state") or _platform("user_state_path")


def cache_folder() -> Path:
    """What may be deleted at any time."""
    return _below_home("cache") or _platform("user_cache_path")


def accounts_file() -> Path:
    """The list of known servers and accounts; no secrets."""
    return config_folder() / "accounts.json"


def credentials_file() -> Path:
    """Tokens, on machines without a keyring."""
    return config_folder() / "credentials.json"


def settings_file() -> Path:
    """What a person chose about the console."""
    return config_folder() / "settings.toml"


def keys_file() -> Path:
    """A person's own keys."""
    return config_folder() / "keys.toml"


def log_file() -> Path:
    """Where the console writes what it must not show."""
    return state_folder() / "deskterm.log"


def _home() -> Path | None:
    home = os.environ.get("DESKTERM_HOME")
    return Path(home).expanduser() if home else None


def _below_home(name: str) -> Path | None:
    home = _home()
    return home / name if home else None


def _platform(function: str) -> Path:
    import platformdirs  # 4 ms, and only where DESKTERM_HOME is not set

    path: Path = getattr(platformdirs, function)(NAME, appauthor=False)
    return path
