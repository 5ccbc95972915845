"""A posting's list as people read it (岗位名单): graduates in order, narrowed, a page of them explained.

Only graduates of the actor's scope are shown; those of other unions keep their places and are
counted. Eight queries, however long the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher.identity import mask_name
from matcher.kinds import EducationLevel, ListSide, PriorityMode, Verdict
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.acceptance import POINTS_OF_RULE
from matcher.ranking.explain import Explanation
from matcher.ranking.order import DecodedKey, OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_lists import explain_some
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_state import AsOf, state_of

HOW_GROUPS = ("major_leaf", "major_class", "major_group", "major_any", "maybe")
"""How a major fits, from near to far: named, by class, by gate, anything goes, to be confirmed."""


@dataclass(frozen=True)
class PeopleFilter:
    """What a list is narrowed to.

    Parameters
    ----------
    words : part of a name, a student number, or a public number
    region : first digits of the code of where they are from
    how : one of `HOW_GROUPS`
    """

    words: str = ""
    verdict: Verdict | None = None
    education: EducationLevel | None = None
    region: str = ""
    how: str = ""


@dataclass(frozen=True)
class Person:
    """A graduate as a list shows one: masked."""

    id: int
    public_id: str
    name_masked: str
    school: str | None
    education: EducationLevel
    majors: tuple[str, ...]
    origin_region: str | None


@dataclass(frozen=True)
class RankedPerson:
    """A place of the list.

    Parameters
    ----------
    explanation : None while the person is being taken out or the row just changed
    is_lifted : priority put this person before somebody of more fit in the same band
    """

    position: int
    person: Person
    key: DecodedKey
    explanation: Explanation | None
    is_lifted: bool

    @property
    def verdict(self) -> Verdict:
        """Whether the pair is certain or to be confirmed."""
        return Verdict.YES if self.key.confirmed else Verdict.MAYBE


@dataclass(frozen=True)
class PeopleList:
    """A list with the state it is of.

    Parameters
    ----------
    total : how many are left after narrowing
    n_listed, n_maybe : of the whole list, those of the scope
    n_elsewhere : listed graduates of unions outside the scope
    n_eligible : how many are eligible, listed or not
    """

    run: RankingRun
    side: ListSide
    as_of: AsOf
    parameters: DriveParameters
    is_missing: bool = False
    rows: Sequence[RankedPerson] = ()
    total: int = 0
    n_listed: int = 0
    n_maybe: int = 0
    n_elsewhere: int = 0
    n_eligible: int = 0
    regions: tuple[str, ...] = ()
    levels: tuple[EducationLevel, ...] = ()


@dataclass(frozen=True)
class _Placed:
    position: int
    person: Person
    key: DecodedKey
    found_by: frozenset[str] = field(default_factory=frozenset)


def people_list(
    session: Session,
    by: Actor,
    posting: Posting,
    side: ListSide,
    wanted: PeopleFilter,
    *,
    limit: int | None = 50,
    offset: int = 0,
) -> PeopleList | None:
    """Return a page of a posting's list; None if the drive has no finished run.

    Parameters
    ----------
    limit : None for all rows (an export)
    """
    _require_sight(by)
    drive = get_drive(session, by, posting.drive_id)
    if (run := current_run(session, drive.id)) is None:
        return None
    parameters = DriveParameters.from_dict(run.parameters)
    state = state_of(session, run, side, posting.id)
    stored = stored_list(session, run, side, posting.id)
    if stored is None:
        return PeopleList(run, side, state, parameters, is_missing=True)
    rule = OrderRule.of(parameters, side)
    keys, partners = unpacked(stored.keys, stored.partners)
    decoded = [rule.decode(key) for key in keys.tolist()]
    placed = _placed(session, by, partners.tolist(), decoded)
    kept = _narrowed(session, drive, run, posting, placed, wanted)
    regions, levels = _choices(placed)
    shown = kept[offset : None if limit is None else offset + limit]
    return PeopleList(
        run=run,
        side=side,
        as_of=state,
        parameters=parameters,
        rows=_explained(session, drive, run, posting, shown, _lifted(decoded, rule)),
        total=len(kept),
        n_listed=len(placed),
        n_maybe=sum(not one.key.confirmed for one in placed),
        n_elsewhere=len(decoded) - len(placed),
        n_eligible=stored.n_eligible,
        regions=regions,
        levels=levels,
    )


def _choices(placed: Sequence[_Placed]) -> tuple[tuple[str, ...], tuple[EducationLevel, ...]]:
    """Return the regions and levels that occur, for the filters."""
    regions = {one.person.origin_region for one in placed if one.person.origin_region}
    levels = {one.person.education for one in placed}
    return tuple(sorted(regions)), tuple(sorted(levels, key=lambda level: level.rank))


def _require_sight(by: Actor) -> None:
    """Ask for what the list tells: an order, who is in it, and what priority did."""
    for permission in (
        Permission.VIEW_RANKING,
        Permission.VIEW_GRADUATES,
        Permission.VIEW_HARDSHIP,
    ):
        require(by, permission)


def _placed(
    session: Session, by: Actor, ids: Sequence[int], decoded: Sequence[DecodedKey]
) -> list[_Placed]:
    """Return the places of the actor's scope, in order."""
    chosen = (
        sa.select(Graduate)
        .where(Graduate.id.in_(ids), Graduate.union_id.in_(scope_of(by).unions()))
        .options(selectinload(Graduate.majors).load_only(GraduateMajor.name))
    )
    people = {one.id: one for one in session.scalars(chosen.order_by(Graduate.id))}
    placed = []
    for position, (number, key) in enumerate(zip(ids, decoded, strict=True), start=1):
        found = people.get(number)
        if found is not None:
            names = frozenset(
                text for text in (found.name, found.student_number, found.public_id) if text
            )
            placed.append(_Placed(position, person_of(found), key, names))
    return placed


def person_of(graduate: Graduate) -> Person:
    """Return a graduate with loaded majors as lists show one."""
    return Person(
        id=graduate.id,
        public_id=graduate.public_id,
        name_masked=mask_name(graduate.name),
        school=graduate.school,
        education=graduate.education,
        majors=tuple(major.name for major in graduate.majors),
        origin_region=graduate.origin_region,
    )


def _narrowed(
    session: Session,
    drive: Drive,
    run: RankingRun,
    posting: Posting,
    placed: Sequence[_Placed],
    wanted: PeopleFilter,
) -> list[_Placed]:
    kept = [one for one in placed if _is_wanted(one, wanted)]
    if wanted.how in HOW_GROUPS:
        ids = [one.person.id for one in kept]
        reasons = explain_some(session, drive, run, graduates=ids, postings=[posting.id])
        groups = {pair[0]: how_group(reason) for pair, reason in reasons.items()}
        kept = [one for one in kept if groups.get(one.person.id) == wanted.how]
    return kept


def _is_wanted(one: _Placed, wanted: PeopleFilter) -> bool:
    words = wanted.words.strip()
    person = one.person
    return (
        (not words or any(words in text for text in one.found_by))
        and (wanted.verdict is None or one.key.confirmed == (wanted.verdict is Verdict.YES))
        and (wanted.education is None or person.education is wanted.education)
        and (not wanted.region or (person.origin_region or "").startswith(wanted.region))
    )


def how_group(explanation: Explanation) -> str:
    """Return how near the major is: one of `HOW_GROUPS`, or "" where it is refused."""
    part = next(part for part in explanation.parts if part.name == "major")
    if part.code == "major_none":
        return ""
    if part.code == "major_maybe":
        return "maybe"
    return POINTS_OF_RULE.get(part.params["rule"], "major_any")


def _lifted(decoded: Sequence[DecodedKey], rule: OrderRule) -> frozenset[int]:
    """Return the places that priority put before more fit in the same band (同等条件)."""
    if rule.mode is not PriorityMode.EQUAL_CONDITIONS:
        return frozenset()
    best_below: dict[tuple[bool, int], int] = {}
    lifted = set()
    for position in range(len(decoded), 0, -1):
        key = decoded[position - 1]
        band = (key.confirmed, key.fit // rule.width)
        if key.fit < best_below.get(band, -1):
            lifted.add(position)
        best_below[band] = max(best_below.get(band, -1), key.fit)
    return frozenset(lifted)


def _explained(
    session: Session,
    drive: Drive,
    run: RankingRun,
    posting: Posting,
    shown: Sequence[_Placed],
    lifted: frozenset[int],
) -> list[RankedPerson]:
    ids = [one.person.id for one in shown]
    reasons = explain_some(session, drive, run, graduates=ids, postings=[posting.id])
    return [
        RankedPerson(
            position=one.position,
            person=one.person,
            key=one.key,
            explanation=reasons.get((one.person.id, posting.id)),
            is_lifted=one.position in lifted,
        )
        for one in shown
    ]
