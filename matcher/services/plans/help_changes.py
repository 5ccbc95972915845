"""Single changes of a person, and of what employers ask (能改变的条件), and the postings each opens.

Copies of a person's row, one a change, are matched by the engine over the drive's rows as they stand, as
`ranking.what_if` does. What an employer would lift is asked the other way round: a person who met the condition would
find just those postings open. A course on offer stands at the certificate it gives; one that gives none opens nothing.

An occupation more is not asked: it is no hard condition, and people who are guaranteed a seat bring all they are
eligible for, wished for or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import EducationLevel, Mobility
from matcher.kinds.plan_help import HelpKind
from matcher.kinds.ranking_studies import PlaceRule
from matcher.ranking.acceptance import AcceptanceTable
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.pairs import YES_CODE
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.places import city_key, is_province, province_key, province_of
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.what_if import (
    Change,
    ChangeKind,
    asked_certificates,
    changed,
    open_postings,
    posting_places,
)
from matcher.vocabulary.majors import MajorRef

Ids = NDArray[np.int32]

MOST_CHANGES = 256
"""Asked of one person; places beyond that are those with the fewest postings."""

_WHAT_IF = {
    HelpKind.CERTIFICATE: ChangeKind.CERTIFICATE,
    HelpKind.PLACE: ChangeKind.PLACE,
    HelpKind.MOBILITY: ChangeKind.MOBILITY,
}


@dataclass(frozen=True, slots=True, order=True)
class OneChange:
    """One change; `name` is what a code alone does not say."""

    kind: HelpKind
    value: str
    name: str = ""


class Changes:
    """What the postings of a drive ask for, ready to be asked what would open them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        _ = snapshot.posting_index  # built once, for copies of the snapshot as well
        self.certificates = asked_certificates(snapshot)
        self.places = self._places()
        self._second = _second_majors(snapshot)

    def _places(self) -> list[str]:
        """Places of the postings, those with most postings first."""
        cities = self.snapshot.postings.city
        count = {code: int((cities == int(code)).sum()) for code in posting_places(self.snapshot)}
        return sorted(count, key=lambda code: (-count[code], code))

    def of_person(self, person: GraduateFacts) -> list[OneChange]:
        """Return the single changes worth asking about."""
        return list(self._of_person(person))[:MOST_CHANGES]

    def _of_person(self, person: GraduateFacts) -> Iterator[OneChange]:
        for name in sorted(set(self.certificates) - set(person.certificates)):
            yield OneChange(HelpKind.CERTIFICATE, name)
        for wider in list(Mobility)[list(Mobility).index(person.mobility) + 1 :]:
            yield OneChange(HelpKind.MOBILITY, wider.value)
        own = {major.class_code for major in person.majors}
        for leaf in self._second.get(person.majors[0].level, ()):
            if leaf.class_code not in own:
                yield OneChange(HelpKind.SECOND_MAJOR, leaf.class_code, leaf.class_name)
        if person.mobility is not Mobility.ANYWHERE:
            listed = {city_key(code) for code in person.places}
            for code in self.places:
                if city_key(code) not in listed:
                    yield OneChange(HelpKind.PLACE, code)

    def applied(self, person: GraduateFacts, one: OneChange) -> GraduateFacts:
        """Return the row with a change; with the row as it is, it says what is open after the change."""
        if one.kind is HelpKind.SECOND_MAJOR:
            second = self._second[person.majors[0].level]
            leaf = next(leaf for leaf in second if leaf.class_code == one.value)
            return replace(person, majors=(person.majors[0], leaf))
        return changed(person, Change(_WHAT_IF[one.kind], one.value))

    def opened(
        self, person: GraduateFacts, bundles: Sequence[Sequence[OneChange]]
    ) -> tuple[Ids, list[Ids]]:
        """Return the postings open to a person now, and for each bundle of changes those it opens."""
        copies = []
        for bundle in bundles:
            copy = person
            for one in bundle:
                copy = self.applied(copy, one)
            copies.append(copy)
        now, *then = open_postings(self.snapshot, [person, *copies])
        return now, [np.setdiff1d(ids, now, assume_unique=True) for ids in then]

    def lifted(self, people: Sequence[GraduateFacts]) -> dict[HelpKind, list[Ids]]:
        """Return for each condition an employer may lift the postings that would be open to each person."""
        kinds = {
            HelpKind.LIFT_CERTIFICATE: self._with_all_certificates,
            HelpKind.LIFT_EDUCATION: _with_highest_education,
            HelpKind.LIFT_PLACE: _going_anywhere,
        }
        now = open_postings(self.snapshot, people)
        then = {
            kind: open_postings(self.snapshot, [met(person) for person in people])
            for kind, met in kinds.items()
        }
        then[HelpKind.LIFT_MAJOR] = self._open_to_any_major(people)
        return {
            kind: [
                np.setdiff1d(after, before, assume_unique=True)
                for after, before in zip(opened, now, strict=True)
            ]
            for kind, opened in then.items()
        }

    def _open_to_any_major(self, people: Sequence[GraduateFacts]) -> list[Ids]:
        """Return what would be open if no posting asked for majors: each asks for one major, and all have it."""
        leaves, asked = self.snapshot.codebook.leaves.values, self.snapshot.acceptance
        if not leaves:
            return [np.zeros(0, dtype=np.int32) for _ in people]
        number = asked.n_requirements
        anything = AcceptanceTable(
            n_leaves=asked.n_leaves,
            rules=("any",),
            pointer=np.arange(number + 1, dtype=np.int64),
            leaf=np.zeros(number, dtype=np.int32),
            code=np.full(number, YES_CODE | self.snapshot.parameters.points.major_any, np.int32),
            how=np.zeros(number, dtype=np.uint8),
        )
        snapshot = replace(self.snapshot, acceptance=anything)
        return open_postings(snapshot, [replace(one, majors=(leaves[0],)) for one in people])

    def _with_all_certificates(self, person: GraduateFacts) -> GraduateFacts:
        return replace(person, certificates=(*person.certificates, *self.certificates))

    def condition(self, kind: HelpKind, posting_id: int) -> str:
        """Return what a posting asks for, as its rows hold it."""
        table = self.snapshot.postings
        row = self.snapshot.row_of_posting(posting_id)
        if kind is HelpKind.LIFT_EDUCATION:
            rank = int(table.education[row])
            return list(EducationLevel)[rank].value if rank >= 0 else ""
        if kind is HelpKind.LIFT_PLACE:
            return f"{int(table.city[row]):06d}"
        mask = int(table.certificates[row])
        names = self.snapshot.codebook.certificates.values
        return "|".join(name for number, name in enumerate(names) if mask >> number & 1)


def _with_highest_education(person: GraduateFacts) -> GraduateFacts:
    return replace(person, education=list(EducationLevel)[-1])


def _going_anywhere(person: GraduateFacts) -> GraduateFacts:
    return replace(person, mobility=Mobility.ANYWHERE)


def _second_majors(snapshot: Snapshot) -> dict[object, list[MajorRef]]:
    """By level one major of each class: the one most requirements certainly or perhaps take, then the lowest code."""
    leaves, by_leaf = snapshot.codebook.leaves.values, snapshot.acceptance.by_leaf()
    taken = np.diff(by_leaf.pointer)
    best: dict[tuple[object, str], tuple[int, int]] = {}
    for number, leaf in enumerate(leaves):
        if leaf.class_code:
            key = (leaf.level, leaf.class_code)
            best[key] = min(best.get(key, (1, 0)), (-int(taken[number]), number))
    chosen: dict[object, list[MajorRef]] = {}
    for (level, _), (_, number) in sorted(best.items(), key=lambda item: item[1]):
        chosen.setdefault(level, []).append(leaves[number])
    return chosen


def under_rules(person: GraduateFacts, parameters: DriveParameters) -> GraduateFacts:
    """Return a row as a drive's rules of admission count it (`ranking.eligibility`)."""
    mobility = person.mobility
    if parameters.place_rule is PlaceRule.LISTED:
        mobility = Mobility.LISTED
    elif parameters.place_rule is PlaceRule.PROVINCE and mobility is Mobility.LISTED:
        mobility = Mobility.PROVINCE
    majors = person.majors if parameters.counts_second_major else person.majors[:1]
    return replace(person, mobility=mobility, majors=majors)


def accepts_place(person: GraduateFacts, code: str) -> bool:
    """Say whether a person would work in a city."""
    if person.mobility is Mobility.ANYWHERE:
        return True
    key, listed = city_key(code), {city_key(one) for one in person.places}
    province = province_of(key)
    if key in listed or province_key(province) in {one for one in listed if is_province(one)}:
        return True
    return person.mobility is Mobility.PROVINCE and province in {province_of(one) for one in listed}
