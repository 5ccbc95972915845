"""Tables → facts: what ranking may know of a drive's graduates and postings, streamed as rows.

No ORM objects and no names: plain columns, joined once per side. Left out are graduates who left the
drive or withdrew consent to ranking (they are served by hand), and postings that are not
published, are past their last day, or whose employer is not verified today.
"""

import datetime as dt
import sys
from collections.abc import Generator, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import (
    ConsentPurpose,
    EducationLevel,
    EmployerState,
    HardshipTier,
    MajorLevel,
    Mobility,
    PostingState,
    SeatClass,
    SeatState,
    UnitKind,
)
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate, GraduateMajor, Intent
from matcher.models.households import Household
from matcher.models.postings import Posting, Seat
from matcher.policy.seat_admission import ZERO_EMPLOYMENT_RANK
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.services.requirement_rules import (
    ReadingRules,
    issuer_key,
    load_rules,
    requirement_key,
)
from matcher.vocabulary.intents.wanted import wanted_text
from matcher.vocabulary.majors import MajorRef
from matcher.vocabulary.requirements import Student, leaf_of

_BATCH = 2_000


def graduate_facts(
    session: Session, drive_id: int, only: Sequence[int] | None = None
) -> Generator[GraduateFacts, None, None]:
    """Stream the facts of a drive's graduates, by id; two queries in all, read side by side.

    Parameters
    ----------
    only : graduate ids to restrict to; None for all
    """
    majors_rows = session.execute(_streamed(_majors(drive_id, only), only))
    graduates_rows = session.execute(_streamed(_graduates(drive_id, only), only))
    # Majors of people who are not ranked are left unread, and whoever reads may stop early.
    with majors_rows, graduates_rows:
        majors = _Majors(majors_rows)
        for row in graduates_rows:
            own = majors.of(row.id)
            if own:
                yield _graduate(row, own)


def _streamed(
    chosen: sa.Select[*tuple[Any, ...]], only: Sequence[int] | None
) -> sa.Select[*tuple[Any, ...]]:
    """Read a whole drive in batches; a few rows at once, so that who takes the first leaves no cursor open."""
    return chosen.execution_options(yield_per=_BATCH) if only is None else chosen


def ranked_graduates(drive_id: int) -> sa.Select[int]:
    """Select the ids of the graduates of a drive whom ranking may see."""
    ranking = sa.select(Consent.graduate_id).where(Consent.purpose == ConsentPurpose.RANKING)
    withdrew = ranking.where(Consent.withdrawn_at.is_not(None))
    agrees = ranking.where(Consent.withdrawn_at.is_(None))
    entered = DriveEntry.graduate_id
    return sa.select(entered).where(
        DriveEntry.drive_id == drive_id,
        DriveEntry.left_at.is_(None),
        entered.in_(agrees) | entered.not_in(withdrew),
    )


def _graduates(drive_id: int, only: Sequence[int] | None) -> sa.Select[*tuple[Any, ...]]:
    chosen = (
        sa.select(
            Graduate.id,
            DriveEntry.number,
            Graduate.education,
            Graduate.certificates,
            Graduate.about,
            Intent.places,
            Intent.occupations,
            Intent.industries,
            Intent.unit_kinds,
            Intent.wanted_pay_yuan,
            Intent.mobility,
            Intent.text,
            Household.tier,
            Household.is_zero_employment,
        )
        .join(DriveEntry, DriveEntry.graduate_id == Graduate.id)
        .outerjoin(Intent, Intent.graduate_id == Graduate.id)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(DriveEntry.drive_id == drive_id, Graduate.is_confirmed)
        .where(Graduate.id.in_(ranked_graduates(drive_id)))
        .order_by(Graduate.id)
    )
    return chosen if only is None else chosen.where(Graduate.id.in_(only))


class _Majors:
    """Each graduate's majors, first one first, as the catalogues know them; asked for by ascending id."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = groupby(rows, key=itemgetter(0))
        self._known: dict[tuple[MajorLevel, str, str], MajorRef] = {}
        self._id, self._own = -1, list[MajorRef]()

    def of(self, graduate_id: int) -> list[MajorRef]:
        """Return the majors of a graduate; those of ids in between are passed over."""
        while self._id < graduate_id:
            self._id, rows = next(self._rows, (sys.maxsize, ()))
            if self._id == graduate_id:
                self._own = [self._ref(row) for row in rows]
        return self._own if self._id == graduate_id else []

    def _ref(self, row: Any) -> MajorRef:
        key = (row.level, row.name, row.code)
        if key not in self._known:
            self._known[key] = major_ref(*key)
        return self._known[key]


def _majors(drive_id: int, only: Sequence[int] | None) -> sa.Select[*tuple[Any, ...]]:
    chosen = (
        sa.select(
            GraduateMajor.graduate_id, GraduateMajor.level, GraduateMajor.name, GraduateMajor.code
        )
        .join(DriveEntry, DriveEntry.graduate_id == GraduateMajor.graduate_id)
        .where(DriveEntry.drive_id == drive_id)
        .order_by(GraduateMajor.graduate_id, GraduateMajor.position)
    )
    return chosen if only is None else chosen.where(GraduateMajor.graduate_id.in_(only))


def major_ref(level: MajorLevel, name: str, code: str) -> MajorRef:
    """Return the leaf a major is compiled against; one leaf may stand for many spellings."""
    return leaf_of(Student(level=level, major_name=name, code=code or None))


def _graduate(row: Any, majors: list[MajorRef]) -> GraduateFacts:
    tier = HardshipTier(row.tier) if row.tier is not None else HardshipTier.NONE
    return GraduateFacts(
        id=row.id,
        entry_number=row.number,
        education=EducationLevel(row.education),
        majors=tuple(majors[:2]),
        places=tuple(row.places or ()),
        mobility=Mobility(row.mobility) if row.mobility is not None else Mobility.LISTED,
        occupations=tuple(row.occupations or ()),
        industries=tuple(row.industries or ()),
        wanted_pay_yuan=row.wanted_pay_yuan,
        unit_kinds=frozenset(UnitKind(kind) for kind in row.unit_kinds or ()),
        certificates=tuple(row.certificates or ()),
        priority_rank=ZERO_EMPLOYMENT_RANK if row.is_zero_employment else tier.rank,
        text=" ".join(part for part in (wanted_text(row.text or ""), row.about) if part),
    )


def posting_facts(
    session: Session, drive_id: int, today: dt.date, only: Sequence[int] | None = None
) -> Generator[PostingFacts, None, None]:
    """Stream the facts of a drive's postings that may be ranked today, by id; three queries."""
    rules = rules_of_drive(session, drive_id, today)
    chosen = _postings(drive_id, today)
    if only is not None:
        chosen = chosen.where(Posting.id.in_(only))
    with session.execute(_streamed(chosen, only)) as rows:
        for row in rows:
            yield _posting(row, rules)


def rules_of_drive(session: Session, drive_id: int, today: dt.date) -> ReadingRules:
    """Load the rules by which the requirements of a drive's postings are read today: two queries."""
    union_id = sa.select(Drive.union_id).where(Drive.id == drive_id).scalar_subquery()
    return load_rules(session, union_id, today)


def rankable(today: dt.date) -> sa.ColumnElement[bool]:
    """Condition on Posting joined to Employer: published, in time, of an employer verified today."""
    return sa.and_(
        Posting.state == PostingState.PUBLISHED,
        Posting.closes_on.is_(None) | (Posting.closes_on >= today),
        Employer.state == EmployerState.VERIFIED,
        Employer.recheck_due_on >= today,
    )


def _postings(drive_id: int, today: dt.date) -> sa.Select[*tuple[Any, ...]]:
    has_reserved = (
        sa.select(Seat.id)
        .where(
            Seat.posting_id == Posting.id,
            Seat.seat_class != SeatClass.ORDINARY,
            Seat.state != SeatState.CLOSED,
        )
        .exists()
    )
    return (
        sa.select(
            Posting.id,
            Posting.lottery_number,
            Posting.requirement,
            Posting.directory,
            Posting.issuer,
            Posting.employer_id,
            Posting.education_min,
            Posting.region_code,
            Posting.occupation_code,
            Posting.industry,
            Posting.pay_high_yuan,
            Posting.unit_kind,
            Posting.certificates,
            Posting.title,
            Posting.duties,
            Employer.region_code.label("employer_region"),
            Employer.industry.label("employer_industry"),
            Employer.unit_kind.label("employer_kind"),
            has_reserved.label("has_reserved"),
        )
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.drive_id == drive_id, rankable(today))
        .order_by(Posting.id)
    )


def _posting(row: Any, rules: ReadingRules) -> PostingFacts:
    kind = row.unit_kind or row.employer_kind
    issuer = issuer_key(row.issuer, row.employer_id)
    return PostingFacts(
        id=row.id,
        entry_number=row.lottery_number,
        requirement=requirement_key(row.requirement, row.directory, issuer=issuer, rules=rules),
        education_min=EducationLevel(row.education_min) if row.education_min else None,
        place=row.region_code or row.employer_region,
        occupation=row.occupation_code,
        industry=row.industry or row.employer_industry,
        pay_high_yuan=row.pay_high_yuan,
        unit_kind=UnitKind(kind) if kind else None,
        certificates=tuple(row.certificates or ()),
        text=" ".join(part for part in (row.title, row.duties) if part),
        has_reserved=bool(row.has_reserved),
    )
