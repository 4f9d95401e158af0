"""Texts for property tests: mostly made of what causes trouble."""

from hypothesis import strategies as st

_TROUBLE = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA1)),
    *"\u00ad\u034f\u061c\u115f\u1160\u1161\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029",
    *"\u202a\u202b\u202c\u202d\u202e\u2060\u2064\u2066\u2067\u2068\u2069\u206f\u3164\ufe0e\ufe0f\ufeff\ufff9",
    *"\ud800\udc00\udfff\U000e0001\U000e0041\U000e0100",
    *"\u0301\u0327\u0489\u064b\u0e31\u20dd\u20e3\u3099",
    *"aZ1# \u00a0\u3000…é中한\u0430\u03bf\u0628\u0915\u094d\u0937",
    *"❤⚠©👨👩👧👍🏻🏿🔥🇩🇪\U0001f9d1",
]

#: Any string, lone surrogates included, with the troublemakers close together.
texts = st.lists(st.one_of(st.sampled_from(_TROUBLE), st.characters(exclude_categories=[])), max_size=30).map(
    "".join
)
