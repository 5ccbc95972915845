"""Facts in: what ranking needs to know of a graduate and of a posting, as plain values.

No names, no ID numbers. Hardship comes in as one rank alone, and no list for graduates or employers
is ordered by it.
"""

from dataclasses import dataclass

from matcher.kinds import EducationLevel, Mobility, UnitKind
from matcher.ranking.parameters import N_RANKS
from matcher.ranking.places import city_key
from matcher.ranking.tables import CHOICES, MAJORS
from matcher.vocabulary.majors import MajorRef

_LAST_ID = 2**31 - 1
_LAST_ENTRY = 2**32 - 1


@dataclass(frozen=True, slots=True)
class GraduateFacts:
    """One graduate (毕业生) of a drive.

    Parameters
    ----------
    id : database number, unique among graduates
    entry_number : number of entry into the drive, unique among graduates; the lottery permutes it
    majors : the first and perhaps a second one (辅修、第二专业)
    places, occupations, industries : in order of preference, at most 3 each
    places : region codes of a province, city or county
    industries : codes of the level at which postings state theirs; compared for equality
    priority_rank : 5 zero-employment household, 4..1 hardship tiers, 0 none
    text : words on skills and wishes
    """

    id: int
    entry_number: int
    education: EducationLevel
    majors: tuple[MajorRef, ...]
    places: tuple[str, ...] = ()
    mobility: Mobility = Mobility.LISTED
    occupations: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    wanted_pay_yuan: int | None = None
    unit_kinds: frozenset[UnitKind] = frozenset()
    certificates: tuple[str, ...] = ()
    priority_rank: int = 0
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse what the packed arrays cannot hold."""
        _check_numbers(self.id, self.entry_number, self.wanted_pay_yuan)
        if not 1 <= len(self.majors) <= MAJORS:
            raise ValueError(f"graduate {self.id}: one or two majors")
        if max(map(len, (self.places, self.occupations, self.industries))) > CHOICES:
            raise ValueError(f"graduate {self.id}: at most {CHOICES} choices of a kind")
        if not 0 <= self.priority_rank < N_RANKS:
            raise ValueError(f"graduate {self.id}: no such priority rank")
        for code in self.places:
            city_key(code)


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """One posting (岗位) of a drive; None means the source does not say.

    Parameters
    ----------
    id, entry_number : as for graduates, unique among postings
    requirement : key of the 专业要求, a string from which the `compile` given to the snapshot can
        tell what is required (its JSON, say), the same for the same requirement
    place : region code of a province, city or county
    certificates : required ones
    has_reserved : whether seats are kept for hardship households, so that it has two lists
    """

    id: int
    entry_number: int
    requirement: str
    education_min: EducationLevel | None = None
    place: str | None = None
    occupation: str | None = None
    industry: str | None = None
    pay_high_yuan: int | None = None
    unit_kind: UnitKind | None = None
    certificates: tuple[str, ...] = ()
    text: str = ""
    has_reserved: bool = False

    def __post_init__(self) -> None:
        """Refuse what the packed arrays cannot hold."""
        _check_numbers(self.id, self.entry_number, self.pay_high_yuan)
        if self.place is not None:
            city_key(self.place)


def _check_numbers(id_: int, entry_number: int, pay_yuan: int | None) -> None:
    """Ids and pay are packed in 31 bits, entry numbers in 32."""
    if not 0 <= id_ <= _LAST_ID:
        raise ValueError(f"id {id_} does not fit 31 bits")
    if not 0 <= entry_number <= _LAST_ENTRY:
        raise ValueError(f"entry number of {id_} does not fit 32 bits")
    if pay_yuan is not None and not 0 <= pay_yuan <= _LAST_ID:
        raise ValueError(f"pay of {id_} does not fit 31 bits")
