"""What a sentence of wishes says (意向读数): the fields of a profile, what is refused, asked, and not understood."""

from dataclasses import dataclass

from matcher.kinds import Mobility, UnitKind
from matcher.vocabulary.pay import Pay

CHOICES = 3
"""Up to three of a kind, in order of preference; the rest is kept and said."""


@dataclass(frozen=True)
class Span:
    """What the stretch `raw[start:end]` became.

    `kind` is one of place, occupation, industry, unit_kind, pay, mobility, nearby, exclusion,
    to_confirm, kept, unread, filler, separator. The spans of a reading cover the whole text.
    """

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True)
class Question:
    """Words that may mean several things; a person chooses among the candidates."""

    kind: str
    words: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A wish that is refused, or one beyond the first three: its kind, codes and words.

    No codes: the words are refused, not the whole of any group that has a code.
    """

    kind: str
    words: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class IntentReading:
    """A sentence as read; order of preference is the order of writing.

    `mobility` is None when nothing says it. `nearby` (附近) alone reads as the places' own province,
    the next reach the ranking knows. `home` says that 老家 or 本地 was named; the caller knows where that is.
    `kept` are the words no field holds, in order: conditions such as 双休, and what was not understood.
    """

    raw: str
    places: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    wanted_pay_yuan: int | None = None
    pay: Pay | None = None
    mobility: Mobility | None = None
    nearby: bool = False
    home: bool = False
    excluded: tuple[Named, ...] = ()
    to_confirm: tuple[Question, ...] = ()
    beyond: tuple[Named, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def understood(self) -> bool:
        """Whether any field was read."""
        return bool(
            self.places
            or self.occupations
            or self.industries
            or self.unit_kinds
            or self.wanted_pay_yuan
            or self.mobility
        )
