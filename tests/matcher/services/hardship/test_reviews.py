"""Yearly review (年度复核): 30 % by a recorded seed, results, and the two lists beside it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.approvals import ReviewOutcome
from matcher.models.tasks import Task
from matcher.policy import sampling
from matcher.services.hardship import review_lists, reviews
from matcher.services.hardship.reviews import ResultInput
from tests.factories.approvals import Office, make_office
from tests.factories.people import make_household


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


def test_the_share_is_at_least_thirty_percent_rounded_up() -> None:
    assert [sampling.sample_size(n, 30) for n in (1, 3, 10, 11, 100)] == [1, 1, 3, 4, 30]


def test_the_same_seed_draws_the_same_list_whatever_the_order_of_the_files() -> None:
    ids = list(range(1, 51))

    drawn = sampling.draw(ids, "2026-银川", 30)

    assert drawn == sampling.draw(reversed(ids), "2026-银川", 30)
    assert len(set(drawn)) == 15
    assert drawn != sampling.draw(ids, "2027-银川", 30)


def test_a_drawn_review_keeps_seed_and_population_and_comes_out_again(
    session: Session, office: Office
) -> None:
    for _ in range(11):
        make_household(session, office.unit)

    review = reviews.draw(session, office.county_approver, union_id=office.county.id, year=2026)

    lines = reviews.list_items(session, office.county_approver, review.id)
    assert (review.percent, len(lines)) == (30, 4)
    assert [line.item.household_id for line in lines] == sampling.draw(
        review.population, review.seed, 30
    )
    assert reviews.is_as_drawn(session, review)
    lines[0].item.position = 99
    session.flush()
    assert not reviews.is_as_drawn(session, review)


def test_a_year_is_drawn_once(session: Session, office: Office) -> None:
    make_household(session, office.unit)
    reviews.draw(session, office.county_approver, union_id=office.county.id, year=2026)

    with pytest.raises(RuleBrokenError) as twice:
        reviews.draw(session, office.county_approver, union_id=office.county.id, year=2026)

    assert twice.value.code == "review_drawn"


def test_what_changed_opens_a_task_and_the_last_result_closes_the_review(
    session: Session, office: Office
) -> None:
    household = make_household(session, office.unit)
    review = reviews.draw(
        session, office.county_approver, union_id=office.county.id, year=clock.today().year
    )
    (line,) = reviews.list_items(session, office.county_approver, review.id)
    silent = ResultInput(outcome=ReviewOutcome.CHANGED, reviewed_on=clock.today())
    with pytest.raises(InvalidInputError):
        reviews.record_result(session, office.county_approver, line.item.id, silent)

    told = ResultInput(outcome=ReviewOutcome.CHANGED, reviewed_on=clock.today(), note="长子已就业")
    reviews.record_result(session, office.county_approver, line.item.id, told)

    open_tasks = session.execute(
        sa.select(Task.rule, Task.subject_id).where(Task.state == TaskState.OPEN)
    ).all()
    assert [tuple(row) for row in open_tasks] == [("review.follow_up", household.id)]


def test_files_unchanged_for_a_year_are_listed(session: Session, office: Office) -> None:
    today = clock.today()
    old = make_household(session, office.unit, changed_on=today - dt.timedelta(days=400))
    make_household(session, office.unit, changed_on=today - dt.timedelta(days=300))
    never = make_household(session, office.unit, created_at=clock.now() - dt.timedelta(days=500))

    found = session.scalars(review_lists.unchanged_files(office.county_approver, today)).all()

    assert {one.id for one in found} == {old.id, never.id}


def test_files_nobody_was_helped_from_are_listed(session: Session, office: Office) -> None:
    household = make_household(session, office.unit)

    found = session.scalars(review_lists.unhelped_files(office.county_approver)).all()

    assert [one.id for one in found] == [household.id]
