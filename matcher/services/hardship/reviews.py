"""Yearly reviews (年度复核): at least 30 % of the files in force, drawn by a recorded seed, and what was found.

Seed and population are kept, so that anybody can draw the same list again (`policy/sampling.py`). Two lists stand
beside it, see `review_lists`.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import ReviewOutcome
from matcher.kinds.households import FileState
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union, UnionClosure
from matcher.models.reviews import YearlyReview, YearlyReviewItem
from matcher.policy import sampling
from matcher.policy.deadlines import add_months, get_deadline
from matcher.services import audit, tasks
from matcher.services.hardship.sight import whole_in_sight
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found, unique_or

SAMPLE_RULE = "review.sample"
_NOTE = "yearly_review_item.note"
_FOLLOW_UP = "review.follow_up"


def draw(
    session: Session, by: Actor, *, union_id: int, year: int, seed: str | None = None
) -> YearlyReview:
    """Draw the review of a union and all below it for a year; once.

    Raises
    ------
    RuleBrokenError
        It was drawn already, or no file is in force.
    """
    require(by, Permission.APPROVE_FILES)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    population = _in_force(session, union_id)
    if not population:
        raise RuleBrokenError("nothing_to_review", "没有在档的档案，不用抽查。")
    review = _new_review(session, union_id, year, population)
    review.seed, review.created_by_id = seed or secrets.token_hex(8), by.account_id
    with unique_or(session, RuleBrokenError("review_drawn", "这一年的抽查已经抽取。")):
        session.add(review)
    drawn = _add_items(session, review, population)
    tasks.open_task(
        session,
        union_id=union_id,
        rule=SAMPLE_RULE,
        subject=("yearly_review", review.id),
        due_on=review.due_on,
    )
    audit.record(
        session,
        by,
        "review.drawn",
        subject=("yearly_review", review.id),
        seed=review.seed,
        population=len(population),
        drawn=len(drawn),
    )
    session.flush()
    return review


def _in_force(session: Session, union_id: int) -> list[int]:
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == union_id)
    found = sa.select(Household.id).where(
        Household.union_id.in_(below), Household.state == FileState.ACTIVE
    )
    return list(session.scalars(found.order_by(Household.id)))


def list_reviews(session: Session, by: Actor) -> list[tuple[YearlyReview, int, int]]:
    """Return the reviews of the actor's part of the tree with how many were drawn and done, newest first."""
    require(by, Permission.VIEW_FILES)
    found = (
        sa.select(
            YearlyReview,
            sa.func.count(YearlyReviewItem.id).label("n"),
            sa.func.count(YearlyReviewItem.outcome).label("done"),
        )
        .outerjoin(YearlyReviewItem, YearlyReviewItem.review_id == YearlyReview.id)
        .where(YearlyReview.union_id.in_(scope_of(by).unions()))
        .group_by(YearlyReview.id)
        .order_by(YearlyReview.year.desc(), YearlyReview.id)
    )
    return [(row.YearlyReview, row.n, row.done) for row in session.execute(found)]


def get_review(session: Session, by: Actor, review_id: int) -> YearlyReview:
    """Return a review of the actor's part of the tree."""
    require(by, Permission.VIEW_FILES)
    found = sa.select(YearlyReview).where(
        YearlyReview.id == review_id, YearlyReview.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


def find_review(session: Session, by: Actor, public_id: str) -> YearlyReview:
    """Return a review of the actor's part of the tree by its public id."""
    require(by, Permission.VIEW_FILES)
    found = sa.select(YearlyReview).where(
        YearlyReview.public_id == public_id, YearlyReview.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


@dataclass(frozen=True)
class ReviewLine:
    """A drawn file in the list; the name is the holder's and masked by who shows it."""

    item: YearlyReviewItem
    household: Household
    holder: str | None
    note: str | None


def list_items(session: Session, by: Actor, review_id: int) -> list[ReviewLine]:
    """Return the drawn files in the order of drawing; the same list comes out of the seed again."""
    review = get_review(session, by, review_id)
    found = (
        sa.select(YearlyReviewItem, Household, HouseholdMember.name)
        .join(Household, Household.id == YearlyReviewItem.household_id)
        .outerjoin(
            HouseholdMember,
            sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder),
        )
        .where(YearlyReviewItem.review_id == review.id)
        .order_by(YearlyReviewItem.position)
    )
    ring = ring_of(session)
    return [
        ReviewLine(
            item=row.YearlyReviewItem,
            household=row.Household,
            holder=row.name,
            note=(
                ring.decrypt(row.YearlyReviewItem.note_cipher, _NOTE)
                if row.YearlyReviewItem.note_cipher
                else None
            ),
        )
        for row in session.execute(found)
    ]


def find_item(session: Session, by: Actor, public_id: str) -> tuple[ReviewLine, YearlyReview]:
    """Return one drawn file by its public id, with its review."""
    require(by, Permission.APPROVE_FILES)
    found = sa.select(YearlyReviewItem.review_id).where(YearlyReviewItem.public_id == public_id)
    review_id = session.scalar(found)
    if review_id is None:
        raise not_found()
    review = get_review(session, by, review_id)
    for line in list_items(session, by, review_id):
        if line.item.public_id == public_id:
            return line, review
    raise not_found()


def is_as_drawn(session: Session, review: YearlyReview) -> bool:
    """Say whether the list kept is the one seed and population give."""
    found = sa.select(YearlyReviewItem.household_id).where(YearlyReviewItem.review_id == review.id)
    kept = list(session.scalars(found.order_by(YearlyReviewItem.position)))
    return kept == sampling.draw(review.population, review.seed, review.percent)


def _new_review(session: Session, union_id: int, year: int, population: list[int]) -> YearlyReview:
    today = clock.today()
    region = session.get_one(Union, union_id).region_code
    share = sampling.get_share(SAMPLE_RULE, region, today)
    limit = get_deadline(SAMPLE_RULE, region, today)
    return YearlyReview(
        union_id=union_id,
        year=year,
        percent=share.percent,
        source=share.source,
        population=population,
        due_on=limit.after(dt.date(year, 1, 1)) - dt.timedelta(days=1),
        created_at=clock.now(),
    )


def _add_items(session: Session, review: YearlyReview, population: list[int]) -> list[int]:
    """Write the drawn files in the order of the draw; return their ids."""
    drawn = sampling.draw(population, review.seed, review.percent)
    for position, household_id in enumerate(drawn, start=1):
        item = YearlyReviewItem(review_id=review.id, household_id=household_id, position=position)
        session.add(item)
    session.flush()
    return drawn


@dataclass(frozen=True, kw_only=True)
class ResultInput:
    """What a review of one file found."""

    outcome: ReviewOutcome
    reviewed_on: dt.date
    note: str = ""


def record_result(
    session: Session,
    by: Actor,
    item_id: int,
    facts: ResultInput,
    *,
    expected_version: int | None = None,
) -> YearlyReviewItem:
    """Record what was found about a drawn file; anything but 无变化 says more, and opens a task.

    Raises
    ------
    InvalidInputError
        A day in the future, or nothing said of what was found.
    """
    require(by, Permission.APPROVE_FILES)
    found = (
        sa.select(YearlyReviewItem)
        .join(Household, Household.id == YearlyReviewItem.household_id)
        .where(YearlyReviewItem.id == item_id, whole_in_sight(by))
    )
    item = first_or_missing(session, found, lock=True)
    expect_version(item, expected_version)
    _check_result(facts)
    item.outcome, item.reviewed_on = facts.outcome, facts.reviewed_on
    item.note_cipher = (
        ring_of(session).encrypt(facts.note.strip(), _NOTE) if facts.note.strip() else None
    )
    item.entered_at, item.entered_by_id = clock.now(), by.account_id
    audit.record(
        session,
        by,
        "review.recorded",
        subject=("household", item.household_id),
        review=item.review_id,
        outcome=facts.outcome,
    )
    session.flush()
    _follow_up(session, item)
    _close_if_done(session, by, item.review_id)
    session.flush()
    return item


def _check_result(facts: ResultInput) -> None:
    fields = {}
    if facts.reviewed_on > clock.today():
        fields["reviewed_on"] = "日期不能晚于今天。"
    if facts.outcome is not ReviewOutcome.UNCHANGED and not facts.note.strip():
        fields["note"] = "请写明核查情况。"
    if fields:
        raise InvalidInputError("review_form", "复核登记有误，请修改标出的项目。", fields=fields)


def _follow_up(session: Session, item: YearlyReviewItem) -> None:
    """Open the task that follows from what was found: amend the file, or propose its exit."""
    subject = ("household", item.household_id)
    if item.outcome is ReviewOutcome.UNCHANGED:
        tasks.drop_task(session, _FOLLOW_UP, subject)
        return
    household = session.get_one(Household, item.household_id)
    tasks.open_task(
        session,
        union_id=household.union_id,
        rule=_FOLLOW_UP,
        subject=subject,
        due_on=add_months(clock.today(), 1),
        facts={"outcome": item.outcome.value if item.outcome else None},
        assignee_id=household.owner_id,
    )


def _close_if_done(session: Session, by: Actor, review_id: int) -> None:
    left = sa.select(YearlyReviewItem.id).where(
        YearlyReviewItem.review_id == review_id, YearlyReviewItem.outcome.is_(None)
    )
    if session.scalar(left.limit(1)) is None:
        tasks.drop_task(session, SAMPLE_RULE, ("yearly_review", review_id))
