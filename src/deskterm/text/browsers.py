"""What a browser says of itself, in few words: agents ask for no more than `Firefox 133 · Windows`."""

import re

#: Whose mark counts first: browsers name those they descend from, too.
_BROWSERS = (
    ("Edge", re.compile(r"Edg[A-Za-z]*/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[\d.]* .*Safari/")),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser(user_agent: str) -> str:
    """The browser, its version and its system; what is unknown as it stands."""
    matches = ((name, pattern.search(user_agent)) for name, pattern in _BROWSERS)
    named = next((f"{name} {found[1]}" for name, found in matches if found), "")
    if not named:
        return user_agent
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(each for each in (named, system) if each)
