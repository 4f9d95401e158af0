"""The console's two own themes, and the colour roles that every theme gets.

A role says what a colour means (`unread`, `waiting-over`, `note-background`), so that styles name
meanings and never colours. `roles(theme)` derives them from any theme and corrects them until each text
reads on every background it stands on (contrast at least 4.5). An app merges them in by overriding one
method:

    def get_css_variables(self) -> dict[str, str]:
        return super().get_css_variables() | roles(self.current_theme)

What deskterm's own themes set in their `variables` is kept; a test holds them to the same contrast.
"""

from textual.color import Color
from textual.theme import Theme

from deskterm.widgets.contrast import READABLE, contrast, readable

#: Text roles, each with the colour of a theme that it starts from.
TEXT_ROLES: dict[str, str] = {
    "muted": "muted",
    "heading": "primary",
    "unread": "accent",
    "draft": "accent",
    "priority-urgent": "error",
    "priority-high": "warning",
    "priority-low": "muted",
    "waiting-ok": "muted",
    "waiting-warn": "warning",
    "waiting-over": "error",
    "author-customer": "primary",
    "author-agent": "success",
    "author-persona": "accent",
    "author-system": "muted",
    "presence-online": "success",
    "presence-away": "warning",
    "presence-offline": "muted",
    "delivery-pending": "muted",
    "delivery-sent": "success",
    "delivery-failed": "error",
    "link": "primary",
    "key": "primary",
}

#: Where a text role may stand.
TEXT_BACKGROUNDS = (
    "background",
    "surface",
    "panel",
    "block-cursor-background",
    "block-cursor-blurred-background",
    "note-background",
)

#: Texts that have a background of their own: role -> (foreground, colour they start from).
TINTS: dict[str, str] = {
    "note": "warning",
    "banner-warning": "warning",
    "banner-good": "success",
    "notice-info": "primary",
    "notice-success": "success",
    "notice-warning": "warning",
    "notice-offer": "accent",
}

#: Textual's own names for texts; its widgets use them.
TEXT_TOKENS = ("primary", "secondary", "accent", "warning", "error", "success")

DESKTERM_DARK = Theme(
    name="deskterm-dark",
    dark=True,
    primary="#86b0ff",
    secondary="#8b96b5",
    accent="#6fd6c6",
    warning="#e9b872",
    error="#f48d86",
    success="#93d195",
    foreground="#dbe1ec",
    background="#11141b",
    surface="#161a23",
    panel="#1a1f2a",
    variables={
        "text-muted": "#949fb6",
        "text-disabled": "#566077",
        "block-cursor-background": "#232e47",
        "block-cursor-foreground": "#f4f7ff",
        "block-cursor-blurred-background": "#1c2331",
        "block-cursor-blurred-foreground": "#dbe1ec",
        "note-background": "#262012",
        "frame": "#343d50",
        "frame-focus": "#86b0ff",
        "border": "#86b0ff",
        "border-blurred": "#343d50",
        "scrollbar": "#343d50",
        "scrollbar-hover": "#4a556e",
        "scrollbar-active": "#86b0ff",
        "scrollbar-background": "#11141b",
        "input-selection-background": "#35507f",
        "input-selection-foreground": "#ffffff",
    },
)

DESKTERM_LIGHT = Theme(
    name="deskterm-light",
    dark=False,
    primary="#2456c4",
    secondary="#5b6478",
    accent="#006e66",
    warning="#855400",
    error="#b02a23",
    success="#1f6b37",
    foreground="#22262e",
    background="#fcfbf8",
    surface="#f7f5f0",
    panel="#f0ede6",
    variables={
        "text-muted": "#5a6272",
        "text-disabled": "#a9a89f",
        "block-cursor-background": "#dde7fb",
        "block-cursor-foreground": "#10131a",
        "block-cursor-blurred-background": "#ebeef3",
        "block-cursor-blurred-foreground": "#22262e",
        "note-background": "#fdf2d0",
        "frame": "#cfcbc0",
        "frame-focus": "#2456c4",
        "border": "#2456c4",
        "border-blurred": "#cfcbc0",
        "scrollbar": "#cfcbc0",
        "scrollbar-hover": "#b3afa3",
        "scrollbar-active": "#2456c4",
        "scrollbar-background": "#fcfbf8",
        "input-selection-background": "#bcd0f7",
        "input-selection-foreground": "#10131a",
    },
)


def roles(theme: Theme) -> dict[str, str]:
    """Every role of `theme` as a colour. A theme of the terminal's own colours keeps them uncorrected."""
    base = theme.to_color_system().generate() | theme.variables
    found = _ansi_roles(base) if theme.ansi else _derived(theme, base)
    return found | theme.variables if _is_own(theme) else found


def _derived(theme: Theme, base: dict[str, str]) -> dict[str, str]:
    background = Color.parse(base["background"])
    foreground = Color.parse(base["foreground"])
    muted = _opaque(base["text-muted"], foreground.blend(background, 0.35, alpha=1.0))
    cursor = _opaque(base["block-cursor-background"], background)
    found = {
        "block-cursor-background": _calm(cursor, background),
        "block-cursor-blurred-background": background.blend(foreground, 0.07, alpha=1.0).hex,
        "frame": background.blend(foreground, 0.25, alpha=1.0).hex,
        "frame-focus": readable(Color.parse(base["primary"]), [background], 3.0).hex,
        "skeleton": background.blend(foreground, 0.22, alpha=1.0).hex,
    }
    if _is_own(theme):
        found |= {name: theme.variables[name] for name in _PINNED}
    for tint, source in TINTS.items():
        found |= _tinted(tint, Color.parse(base[source]), background, foreground, theme)
    grounds = [Color.parse((base | found)[name]) for name in TEXT_BACKGROUNDS]
    for name in ("block-cursor", "block-cursor-blurred"):
        ground = Color.parse(found[f"{name}-background"])
        found[f"{name}-foreground"] = readable(_opaque(base[f"{name}-foreground"], foreground), [ground]).hex
    for role, source in TEXT_ROLES.items():
        start = muted if source == "muted" else Color.parse(base[source])
        found[role] = readable(start, grounds).hex
    found["foreground"] = readable(foreground, grounds).hex
    found["text-muted"] = found["muted"]
    found |= {
        f"text-{name}": readable(Color.parse(base[f"text-{name}"]), grounds).hex for name in TEXT_TOKENS
    }
    return found | _selected(base, background, foreground)


def _selected(base: dict[str, str], background: Color, foreground: Color) -> dict[str, str]:
    """The colours of selected text, in a field and on the screen: Textual leaves it the colour it had."""
    tinted = background.blend(Color.parse(base["primary"]), 0.3, alpha=1.0)
    ground = _opaque(base["input-selection-background"].partition(" ")[0], tinted)
    if contrast(foreground, ground) < READABLE:
        ground = tinted
    ink = readable(foreground, [ground]).hex
    return {
        f"{where}-selection-{part}": colour
        for where in ("input", "screen")
        for part, colour in (("background", ground.hex), ("foreground", ink))
    }


_PINNED = {"block-cursor-background", "block-cursor-blurred-background", "frame", "frame-focus"}


def _is_own(theme: Theme) -> bool:
    """Whether a theme was made for this console: then its cursor and frame are taken as they are."""
    return theme.variables.keys() >= _PINNED


def _tinted(name: str, color: Color, background: Color, foreground: Color, theme: Theme) -> dict[str, str]:
    """A background tinted with `color`, a text that reads on it, an accent that does, and an edge."""
    own = theme.variables.get(f"{name}-background") if _is_own(theme) else None
    ground = Color.parse(own) if own else background.blend(color, 0.14, alpha=1.0)
    return {
        f"{name}-background": ground.hex,
        f"{name}-foreground": readable(foreground, [ground]).hex,
        f"{name}-accent": readable(color, [ground]).hex,
        f"{name}-muted": readable(foreground.blend(ground, 0.4, alpha=1.0), [ground]).hex,
        f"{name}-edge": readable(color, [background], 3.0).hex,
    }


def _calm(color: Color, background: Color) -> str:
    """A cursor colour faint enough that coloured marks still read on it."""
    return background.blend(color, 0.22, alpha=1.0).hex


def _opaque(value: str, instead: Color) -> Color:
    """`value` as a solid colour; `instead` where a theme gives one that depends on what lies below it."""
    if value.startswith("auto"):
        return instead
    color = Color.parse(value)
    return color if color.a == 1 else instead


def _ansi_roles(base: dict[str, str]) -> dict[str, str]:
    found = {role: base.get(source, "ansi_default") for role, source in TEXT_ROLES.items()}
    for tint, source in TINTS.items():
        found |= {
            f"{tint}-background": "ansi_default",
            f"{tint}-foreground": "ansi_default",
            f"{tint}-accent": base[source],
            f"{tint}-muted": "ansi_default",
            f"{tint}-edge": base[source],
        }
    # The row under the cursor keeps the ground: which colours read on another one, only the terminal knows.
    cursor = [f"block-cursor{each}" for each in ("-background", "-foreground")]
    blurred = [f"block-cursor-blurred{each}" for each in ("-background", "-foreground")]
    plain = dict.fromkeys(("frame", "skeleton", *cursor, *blurred), "ansi_default")
    return found | plain | {"frame-focus": base["primary"]}
