"""Values declared with `record`: what they share with frozen dataclasses."""

import copy
import pickle
from dataclasses import asdict, field, replace

from deskterm.record import record


@record
class Letter:
    """A value with a default, a secret and a field of its own for each."""

    to: str
    pages: int = 1
    seal: str = field(default="", repr=False)
    notes: dict[str, str] = field(default_factory=dict)


@record
class Parcel:
    """Another one of the same beginning."""

    to: str


@record
class Registered(Letter):
    """One that says more."""

    number: int = 0


def test_it_is_equal_to_what_has_the_same_fields_and_is_of_the_same_class() -> None:
    assert Letter("Ana", 2) == Letter("Ana", pages=2)
    assert Letter("Ana") != Letter("Mia")
    parcel: object = Parcel("Ana")
    assert parcel != Letter("Ana")
    assert Registered("Ana") != Letter("Ana")
    assert Registered("Ana", number=1) != Registered("Ana", number=2)
    assert len({Parcel("Ana"), Parcel("Ana"), Parcel("Mia")}) == 2


def test_it_shows_its_fields_and_keeps_its_secrets() -> None:
    assert repr(Letter("Ana", seal="rose")) == "Letter(to='Ana', pages=1, notes={})"
    assert repr(Registered("Ana")) == "Registered(to='Ana', pages=1, notes={}, number=0)"


def test_it_is_copied_with_other_fields_and_kept() -> None:
    letter = Letter("Ana", notes={"by": "hand"})
    assert replace(letter, pages=3) == Letter("Ana", 3, notes={"by": "hand"})
    assert asdict(letter) == {"to": "Ana", "pages": 1, "seal": "", "notes": {"by": "hand"}}
    assert pickle.loads(pickle.dumps(letter)) == letter == copy.deepcopy(letter)
    assert not hasattr(letter, "__dict__")
    assert letter.notes is not Letter("Ana").notes
