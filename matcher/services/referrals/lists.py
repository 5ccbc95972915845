"""Reading referrals (推荐): the list of a union, how many wait for whom, and the steps of one.

Rows are those of `sight.referrals_in_sight`. A page of the list takes three queries, however many there are.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.referrals import LIVE
from matcher.models.accounts import Account
from matcher.models.employers import Employer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import Referral, ReferralStep
from matcher.services.permissions import Actor, Permission, require
from matcher.services.plans.unconfirmed import is_unconfirmed
from matcher.services.referrals.groups import ReferralGroup, group_of, in_group
from matcher.services.referrals.sight import referrals_in_sight

_WEEK = dt.timedelta(days=7)
DUES = ("over", "today", "week")
"""What a list may be narrowed to by the day of the answer."""


@dataclass(frozen=True)
class ReferralFilter:
    """What a list is narrowed to.

    Parameters
    ----------
    due : one of `DUES` or empty: the day of whoever must answer has passed, is today, lies within seven days
    mine : only those of cases the reader owns, alone or with somebody
    words : part of the person's name, the title of the posting or the employer's name
    """

    group: ReferralGroup | None = None
    due: str = ""
    mine: bool = False
    posting_id: int | None = None
    drive_id: int | None = None
    graduate_id: int | None = None
    words: str = ""


@dataclass(frozen=True)
class ReferralLine:
    """A line of the list, the name masked."""

    referral: Referral
    name_masked: str
    graduate_public_id: str
    title: str
    posting_public_id: str
    employer: str
    owner: str | None
    is_unconfirmed: bool = False
    """A plan proposed it, and nobody of the staff has let the person be asked."""

    @property
    def group(self) -> ReferralGroup:
        """Whose turn it is."""
        return group_of(self.referral.state, has_left=self.referral.left_on is not None)


@dataclass(frozen=True)
class ReferralPage:
    """A slice of referrals, how many there are in all, and how many of each group whichever was asked for."""

    rows: list[ReferralLine]
    total: int
    counts: dict[ReferralGroup, int]


def list_referrals(
    session: Session,
    by: Actor,
    wanted: ReferralFilter,
    *,
    limit: int = 50,
    offset: int = 0,
) -> ReferralPage:
    """Return referrals by the day an answer is due, those without one last, with the count of each group.

    Two queries: the total is the count of the group asked for.
    """
    counts = count_groups(session, by, wanted)
    total = sum(counts.values()) if wanted.group is None else counts[wanted.group]
    # The page is found by numbers alone, so that sorting does not carry whole rows.
    chosen = sa.select(Referral.id).where(*_kept(by, wanted))
    ids = chosen.order_by(*_order()).limit(limit).offset(offset).subquery()
    found = _lines().join(ids, ids.c.id == Referral.id).order_by(*_order())
    return ReferralPage([_line(row) for row in session.execute(found)], total, counts)


def referrals_of(session: Session, by: Actor, graduate_id: int) -> list[ReferralLine]:
    """Return all referrals of a graduate the actor sees, live ones first, newest first; one query."""
    require(by, Permission.VIEW_REFERRALS)
    found = _lines().where(referrals_in_sight(by), Referral.graduate_id == graduate_id)
    ordered = found.order_by(sa.not_(_goes_on()), Referral.proposed_at.desc(), Referral.id.desc())
    return [_line(row) for row in session.execute(ordered)]


def standing_pairs(
    session: Session,
    by: Actor,
    *,
    posting_id: int | None = None,
    graduate_id: int | None = None,
) -> dict[str, Referral]:
    """Return the last referral of each partner of a posting or of a graduate, by the partner's public number.

    A job that ended and a referral that is over stand there as well, unless a later one goes on; one query.
    """
    require(by, Permission.VIEW_REFERRALS)
    partner = Graduate.public_id if posting_id is not None else Posting.public_id
    found = (
        sa.select(partner, Referral)
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .join(Posting, Posting.id == Referral.posting_id)
        .where(referrals_in_sight(by))
        .order_by(_goes_on(), Referral.id)
    )
    if posting_id is not None:
        found = found.where(Referral.posting_id == posting_id)
    else:
        found = found.where(Referral.graduate_id == graduate_id)
    return {public_id: referral for public_id, referral in session.execute(found)}  # noqa: C416 - rows are no pairs


def lines_of(session: Session, by: Actor, public_ids: list[str]) -> list[ReferralLine]:
    """Return the referrals of these public numbers the actor sees, in the order of the list; one query."""
    require(by, Permission.VIEW_REFERRALS)
    found = _lines().where(referrals_in_sight(by), Referral.public_id.in_(public_ids))
    return [_line(row) for row in session.execute(found.order_by(*_order()))]


def count_groups(session: Session, by: Actor, wanted: ReferralFilter) -> dict[ReferralGroup, int]:
    """Return how many rows each group has, narrowed by everything but the group; one query."""
    require(by, Permission.VIEW_REFERRALS)
    without = replace(wanted, group=None)
    has_left = Referral.left_on.is_not(None)
    chosen = sa.select(Referral.state, has_left, sa.func.count())
    rows = session.execute(
        chosen.where(*_kept(by, without))
        .group_by(Referral.state, has_left)
        .order_by(Referral.state)
    )
    counts = dict.fromkeys(ReferralGroup, 0)
    for state, left, count in rows:
        counts[group_of(state, has_left=bool(left))] += count
    return counts


def _goes_on() -> sa.ColumnElement[bool]:
    return sa.and_(Referral.state.in_(sorted(LIVE)), Referral.left_on.is_(None))


def _order() -> tuple[Any, ...]:
    return (Referral.decide_by_on.is_(None), Referral.decide_by_on, Referral.id.desc())


def _lines() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Referral,
            Graduate.name,
            Graduate.public_id.label("graduate_public_id"),
            Posting.title,
            Posting.public_id.label("posting_public_id"),
            Employer.name.label("employer"),
            Account.display_name,
            is_unconfirmed().label("is_unconfirmed"),
        )
        .join(Graduate, Graduate.id == Referral.graduate_id)
        .join(Posting, Posting.id == Referral.posting_id)
        .join(Employer, Employer.id == Referral.employer_id)
        .outerjoin(GraduateCase, GraduateCase.id == Referral.case_id)
        .outerjoin(Account, Account.id == GraduateCase.owner_id)
    )


def _line(row: sa.Row[*tuple[Any, ...]]) -> ReferralLine:
    return ReferralLine(
        row.Referral,
        mask_name(row.name),
        row.graduate_public_id,
        row.title,
        row.posting_public_id,
        row.employer,
        row.display_name,
        bool(row.is_unconfirmed),
    )


def _kept(by: Actor, wanted: ReferralFilter) -> list[sa.ColumnElement[bool]]:
    kept = [referrals_in_sight(by), *_kept_by_day(wanted.due)]
    if wanted.group is not None:
        kept.append(in_group(wanted.group))
    if wanted.mine:
        owners = (GraduateCase.owner_id, GraduateCase.second_owner_id)
        own = sa.select(GraduateCase.id).where(sa.or_(*(one == by.account_id for one in owners)))
        kept.append(Referral.case_id.in_(own))
    for column, number in (
        (Referral.posting_id, wanted.posting_id),
        (Referral.drive_id, wanted.drive_id),
        (Referral.graduate_id, wanted.graduate_id),
    ):
        if number is not None:
            kept.append(column == number)
    if words := wanted.words.strip():
        kept.append(_named(words))
    return kept


def _named(words: str) -> sa.ColumnElement[bool]:
    """Return the condition that the person, the posting or the employer has some words in its name."""
    named = (
        (Referral.graduate_id, Graduate.id, Graduate.name),
        (Referral.posting_id, Posting.id, Posting.title),
        (Referral.employer_id, Employer.id, Employer.name),
    )
    return sa.or_(
        *(
            column.in_(sa.select(number).where(name.contains(words, autoescape=True)))
            for column, number, name in named
        )
    )


def _kept_by_day(due: str) -> list[sa.ColumnElement[bool]]:
    today = clock.today()
    if due == "over":
        return [Referral.decide_by_on < today]
    if due == "today":
        return [Referral.decide_by_on == today]
    if due == "week":
        return [Referral.decide_by_on.between(today, today + _WEEK)]
    return []


@dataclass(frozen=True)
class StepLine:
    """One step of a referral and who took it, if an account did."""

    step: ReferralStep
    who: str | None


def timeline_of(session: Session, by: Actor, referral_id: int) -> list[StepLine]:
    """Return the steps of a referral the actor sees, newest first; one query."""
    require(by, Permission.VIEW_REFERRALS)
    found = (
        sa.select(ReferralStep, Account.display_name)
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .outerjoin(Account, Account.id == ReferralStep.by_account_id)
        .where(ReferralStep.referral_id == referral_id, referrals_in_sight(by))
        .order_by(ReferralStep.id.desc())
    )
    return [StepLine(step, who) for step, who in session.execute(found)]
