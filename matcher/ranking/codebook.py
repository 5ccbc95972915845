"""The codebook: which number stands for which major, occupation, industry, certificate and term.

Frozen within a snapshot. Everything is sorted before it is numbered, so the numbers depend on the
set of facts alone and not on the order in which rows arrive.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from matcher.errors import SnapshotError
from matcher.kinds import MajorLevel
from matcher.ranking.limits import CERTIFICATES_LIMIT, check_certificates
from matcher.ranking.text import TextModel
from matcher.vocabulary.majors import MajorRef

_DASH = "-"
_GROUP_PARTS = 2
_GROUP_DIGITS = 3

LeafRow = list[str]

T = TypeVar("T", bound=Hashable)


def middle_group(code: str) -> str | None:
    """Middle group (中类) of an occupation code of the 2022 catalogue: 2-02-10-03 → 2-02.

    Codes without dashes have one digit for the large and two for the middle group. None for a
    large group (大类), which lies above.
    """
    if _DASH in code:
        return _DASH.join(code.split(_DASH)[:_GROUP_PARTS])
    return code[:_GROUP_DIGITS] if len(code) >= _GROUP_DIGITS else None


def leaf_row(leaf: MajorRef) -> LeafRow:
    """Plain strings of a major, for JSON and for sorting: by level, catalogue and code."""
    return [
        leaf.level.value,
        leaf.namespace,
        leaf.code,
        leaf.name,
        leaf.class_code,
        leaf.class_name,
        leaf.gate_code,
        leaf.gate_name,
    ]


def leaf_from_row(row: Sequence[str]) -> MajorRef:
    """Read what `leaf_row` wrote."""
    level, *rest = row
    return MajorRef(MajorLevel(level), *rest)


class Numbering(Generic[T]):
    """Values in the order of their numbers; unseen ones can be added at the end."""

    def __init__(self, values: Iterable[T]) -> None:
        self.values = list(values)
        self._number_of = {value: number for number, value in enumerate(self.values)}

    def __len__(self) -> int:
        """Count the values."""
        return len(self.values)

    def __contains__(self, value: object) -> bool:
        """Whether the value has a number."""
        return value in self._number_of

    def __getitem__(self, number: int) -> T:
        """Return the value of a number."""
        return self.values[number]

    def find(self, value: T | None) -> int:
        """Return the number, or -1 for None and unseen values."""
        return -1 if value is None else self._number_of.get(value, -1)

    def add(self, value: T) -> int:
        """Return the number, giving the next one to an unseen value."""
        number = self._number_of.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


@dataclass(slots=True)
class Codebook:
    """All numberings of a snapshot and its text model.

    `certificates` are the bits of the masks. Certificates that people hold and nobody requires have
    a bit as long as there is room, so that a posting may require them later; the others are
    remembered in `unlisted_certificates`.
    """

    leaves: Numbering[MajorRef]
    requirements: Numbering[str]
    occupations: Numbering[str]
    occupation_groups: Numbering[str]
    industries: Numbering[str]
    certificates: Numbering[str]
    unlisted_certificates: frozenset[str]
    text: TextModel = field(repr=False)

    def copy(self) -> "Codebook":
        """Copy that can be extended without touching this one (the text model is shared)."""
        return Codebook(
            leaves=Numbering(self.leaves.values),
            requirements=Numbering(self.requirements.values),
            occupations=Numbering(self.occupations.values),
            occupation_groups=Numbering(self.occupation_groups.values),
            industries=Numbering(self.industries.values),
            certificates=Numbering(self.certificates.values),
            unlisted_certificates=self.unlisted_certificates,
            text=self.text,
        )

    def add_occupation(self, code: str) -> None:
        """Number an unseen occupation and its middle group."""
        self.occupations.add(code)
        group = middle_group(code)
        if group is not None:
            self.occupation_groups.add(group)

    def require_certificate(self, name: str) -> None:
        """Give an unseen required certificate a bit.

        Raises
        ------
        SnapshotError
            All 64 bits are taken, or people hold it and the snapshot did not note who.
        """
        if name in self.certificates:
            return
        if name in self.unlisted_certificates or len(self.certificates) >= CERTIFICATES_LIMIT:
            raise SnapshotError(
                "certificates_full", "岗位要求的证书超过 64 种，或需要重新生成快照后再排序。"
            )
        self.certificates.add(name)

    def hold_certificate(self, name: str) -> None:
        """Give a certificate somebody holds a bit if there is room, else remember that it has none."""
        if name not in self.certificates:
            if len(self.certificates) < CERTIFICATES_LIMIT:
                self.certificates.add(name)
            else:
                self.unlisted_certificates |= {name}

    def certificate_mask(self, names: Iterable[str]) -> int:
        """Bits of those names that have one."""
        mask = 0
        for name in names:
            bit = self.certificates.find(name)
            mask |= 1 << bit if bit >= 0 else 0
        return mask


def listed_certificates(
    required: Mapping[str, int], held: Counter[str]
) -> tuple[list[str], frozenset[str]]:
    """Names with a bit, required ones first, then the most held; and the held ones without.

    Parameters
    ----------
    required : in how many postings' rows each name stands
    held : in how many graduates' rows each name stands
    """
    check_certificates(required)
    others = sorted(held.keys() - set(required), key=lambda name: (-held[name], name))
    room = CERTIFICATES_LIMIT - len(required)
    return [*sorted(required), *sorted(others[:room])], frozenset(others[room:])
