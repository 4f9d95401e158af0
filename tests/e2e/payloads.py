"""Texts that attack terminals. Each ends with a mark of its own, `M000`, `M001` …"""

from collections.abc import Iterator

ESC, BEL, ST, CSI8, OSC8, DCS8, ST8 = "\x1b", "\x07", "\x1b\\", "\x9b", "\x9d", "\x90", "\x9c"

#: What operating system commands do: title, palette, folder, link, notification, clipboard, images.
_COMMANDS = (
    "0;title",
    "1;icon",
    "2;title",
    "4;1;rgb:ff/00/00",
    "7;file://evil/etc",
    "8;;https://evil.example",
    "9;notify",
    "9;4;1;50",
    "10;#ff0000",
    "11;#00ff00",
    "12;#0000ff",
    "22;crosshair",
    "50;font",
    "52;c;ZXZpbA==",
    "52;p;?",
    "99;;kitty",
    "133;A",
    "633;E;rm",
    "777;notify;evil;evil",
    "1337;File=inline=1:AAAA",
    "1337;SetMark",
)
_CONTROLS = (
    "[2J",
    "[3J",
    "[H",
    "[999;999H",
    "[31;5m",
    "[?1049l",
    "[?25h",
    "[?1000h",
    "[?2004l",
    "[6n",
    "[c",
    "[>c",
    "[0x",
    "[20t",
    "[21t",
    "[4i",
    "[1L",
    "[?5h",
    "[!p",
    "[>25u",
    "[?2026h",
)
_OTHERS = (
    f"{ESC}c",
    f"{ESC}7{ESC}8",
    f"{ESC}(0lqqk",
    f"{ESC}#8",
    f"{ESC}=",
    f"{ESC}N{ESC}O",
    f'{ESC}P$q"p{ST}',
    f"{ESC}P+q544e{ST}",
    f"{ESC}Pq#0;2;0;0;0~{ST}",
    f"{ESC}_Gf=100;AAAA{ST}",
    f"{ESC}^private{ST}",
    f"{ESC}Xstring{ST}",
    f"{ESC}Ptmux;{ESC}{ESC}]52;c;ZXZpbA=={BEL}{ST}",
    f"{DCS8}1000p{ST8}",
    f"{CSI8}2J",
    f"{CSI8}31m",
    f"{CSI8}6n",
    "\x84\x85\x88\x8d\x8e\x8f\x96\x97\x98",
    "\x9fGf=100\x9c",
    "\x05\x0e\x0f\x11\x13\x1a",
    "\x08\x08\x08\x08gone",
    "\x7f\x7f",
    "\x00nul\x00",
    "safe text\rEVIL TEXT",
    "one\r\ntwo\rthree",
    "\x0b\x0c",
    "\u202egnp.exe\u202c",
    "\u2066\u2067\u2068x\u2069",
    "\u200e\u200f\u061c",
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u030d\u030e\u030f" * 9,
    "\u0300\u0301\u0302alone",
    "\U000e0001\U000e0041\U000e0042\U000e007f",
    "\u200b\u2060\ufeff\u00ad",
    "\u2028line\u2029paragraph",
    "[red]markup[/red] [/] [link='https://evil.example']x[/link] [@click=app.quit]y[/]",
    "%n%s%x {0} {} ${HOME} `id` $(id)",
)


def payloads() -> Iterator[str]:
    """All of them, each marked."""
    for number, payload in enumerate(_all()):
        yield f"{payload}M{number:03}"


def _all() -> Iterator[str]:
    for command in _COMMANDS:
        yield f"{ESC}]{command}{BEL}"
        yield f"{ESC}]{command}{ST}"
        yield f"{OSC8}{command}{ST8}"
        yield f"{ESC}]{command}"
    for control in _CONTROLS:
        yield f"{ESC}{control}"
        yield f"\x9b{control[1:]}"
    yield from _OTHERS
