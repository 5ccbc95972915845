"""What one change would open (若…能多出哪些岗位): the postings a graduate may be sent to, as things are and changed.

All copies of a graduate's row, one a change, are matched by the engine itself over its own index; a posting counts if
its verdict is a certain yes. Points and texts play no part, so neither do hardship, lists and anybody else.

An occupation is no hard condition: adding one opens no posting. What it does is to bring eligible postings into the
wishes, which `in_wish` counts apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import Mobility
from matcher.ranking.eligibility import rule_graduates
from matcher.ranking.encoding import write_graduate
from matcher.ranking.engine import Scratch, score_graduate
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.order import is_confirmed
from matcher.ranking.places import NO_CITY
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES, GraduateTable

Ids = NDArray[np.int32]


class ChangeKind(StrEnum):
    """What of a graduate would change."""

    CERTIFICATE = "certificate"
    PLACE = "place"
    MOBILITY = "mobility"
    OCCUPATION = "occupation"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change: a certificate more, a place more, freer to move, or an occupation more."""

    kind: ChangeKind
    value: str


def changed(facts: GraduateFacts, change: Change) -> GraduateFacts:
    """Return the row with one change; what it is eligible for is that of both rows together.

    A row holds three places and three occupations. Admission is a disjunction over the places, so where three are
    taken the copy has the new one alone: with the row as it is, it says the same as a fourth place would.
    """
    if change.kind is ChangeKind.CERTIFICATE:
        return replace(facts, certificates=(*facts.certificates, change.value))
    if change.kind is ChangeKind.MOBILITY:
        return replace(facts, mobility=Mobility(change.value))
    if change.kind is ChangeKind.PLACE:
        return replace(facts, places=_one_more(facts.places, change.value))
    return replace(facts, occupations=_one_more(facts.occupations, change.value))


def _one_more(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return (*values, value) if len(values) < CHOICES else (value,)


def open_postings(snapshot: Snapshot, people: Sequence[GraduateFacts]) -> list[Ids]:
    """Return for each row the ids of the postings with the verdict yes, ascending; one call for all rows.

    Parameters
    ----------
    people : rows of any number; they need not be in the snapshot, but their majors are numbered by its codebook
    """
    table = GraduateTable.empty(len(people))
    for row, facts in enumerate(people):
        textless = replace(facts, text="")
        write_graduate(table, row, textless, codebook=snapshot.codebook, lottery=0)
    rule_graduates(table, snapshot.parameters)
    scratch = Scratch(replace(snapshot, graduates=table, _graduate_index=None, _row_of={}))
    found = []
    for row in range(len(people)):
        pairs = score_graduate(scratch, row)
        found.append(np.sort(snapshot.postings.id[pairs.rows[is_confirmed(pairs.keys)]]))
    return found


def newly_open(snapshot: Snapshot, facts: GraduateFacts, changes: Sequence[Change]) -> list[Ids]:
    """Return for each change the postings it opens and the row as it is does not; the row itself comes first."""
    now, *then = open_postings(snapshot, [facts, *(changed(facts, change) for change in changes)])
    return [now, *(np.setdiff1d(ids, now, assume_unique=True) for ids in then)]


def in_wish(
    snapshot: Snapshot, facts: GraduateFacts, now: Ids, occupations: Sequence[str]
) -> list[Ids]:
    """Return for each occupation those of the open postings it would bring into the wishes."""
    offers = snapshot.postings
    rows = np.flatnonzero(np.isin(offers.id, now))
    find = snapshot.codebook.occupations.find
    wished = {find(code) for code in facts.occupations}
    found = []
    for code in occupations:
        number = find(code)
        meets = (offers.occupation[rows] == number) & (number >= 0) & (number not in wished)
        found.append(np.sort(offers.id[rows[meets]]))
    return found


def asked_certificates(snapshot: Snapshot) -> list[str]:
    """Return the certificates the snapshot's postings ask for."""
    mask = int(np.bitwise_or.reduce(snapshot.postings.certificates, initial=np.uint64(0)))
    names = snapshot.codebook.certificates.values
    return [name for number, name in enumerate(names) if mask >> number & 1]


def posting_places(snapshot: Snapshot) -> list[str]:
    """Return the places of the snapshot's postings, as codes of cities or whole provinces."""
    return [f"{key:06d}" for key in np.unique(snapshot.postings.city).tolist() if key != NO_CITY]


def posting_occupations(snapshot: Snapshot) -> list[str]:
    """Return the occupations the snapshot's postings offer."""
    numbers = np.unique(snapshot.postings.occupation)
    return [snapshot.codebook.occupations[number] for number in numbers.tolist() if number >= 0]
