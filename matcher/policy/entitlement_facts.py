"""Facts the rules of entitlements read (政策要问的事), and how each is asked and written down."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

FactValue = bool | int | str | dt.date
"""What a known fact may be; a fact that is not known is absent."""

RECEIVED = "received."
"""Beginning of the fact that somebody had an entitlement before, ever (已享受过)."""

SAME_ITEM = "same_item."
"""Beginning of the fact that somebody had another aid for the same item (同一事项已享受)."""


class FactKind(StrEnum):
    """How a fact is asked and written down."""

    YES_NO = "yes_no"
    DATE = "date"
    COUNT = "count"
    CHOICE = "choice"


class FactOf(StrEnum):
    """Whose fact it is: the person's, the unit's, or of one hire."""

    PERSON = "person"
    UNIT = "unit"
    HIRE = "hire"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact a rule reads, and how to ask for it (要问的事)."""

    code: str
    name: str
    ask: str
    kind: FactKind
    of: FactOf
    choices: tuple[str, ...] = ()
    through: str = ""
    """Entitlement by which a no may become a yes (先去认定)."""
