"""What the members' facts say is kept as history and carried into claims: clues, imported flags, work lost again."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.households import FileState, WorkStatus
from matcher.kinds.zero_employment import (
    ClaimSource,
    ClaimState,
    Derived,
)
from matcher.models.organisations import Union
from matcher.models.ranking_runs import RankingChange
from matcher.models.tasks import Task
from matcher.models.zero_employment import ZeroEmploymentState
from matcher.services import clocks
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.zero_employment import aid, claims
from matcher.services.zero_employment.consequences import VERIFY_FLAG, refresh, refresh_files
from matcher.services.zero_employment.gone import settle_gone
from tests.factories.zero_employment import DAY, bring_to, make_jobless, make_work


@pytest.fixture
def clerk(people: dict[str, Actor]) -> Actor:
    return people["clerk"]


def _running(session: Session, household_id: int) -> set[str]:
    found = clocks.clocks_of(session, ("household", household_id))
    return {one.rule.rpartition(".")[2] for one in found if one.stopped_on is None}


def test_facts_that_say_yes_make_a_clue_and_history_by_themselves(
    session: Session, union: Union
) -> None:
    household, (member,) = make_jobless(session, union)

    first, second = refresh_files(session), refresh_files(session)

    claim = claims.open_claim_of(session, household.id)
    assert claim is not None
    assert (claim.source, claim.state) == (ClaimSource.DERIVED, ClaimState.CLUE)
    assert (first.n_changed, second.n_changed) == (1, 0)
    assert household.is_zero_employment
    assert session.scalar(sa.select(sa.func.count(RankingChange.id))) == 0  # no graduates in it
    make_work(session, member, WorkStatus.EMPLOYED, DAY)
    refresh(session, household.id)
    states = session.scalars(sa.select(ZeroEmploymentState).order_by(ZeroEmploymentState.id)).all()
    assert [(one.result, one.to_on) for one in states] == [(Derived.YES, DAY), (Derived.NO, None)]
    assert states[0].facts[0]["member_id"] == member.id
    assert not household.is_zero_employment


def test_facts_recorded_in_a_draft_make_a_clue_once_the_file_is_in_force(
    session: Session, union: Union
) -> None:
    household, _ = make_jobless(session, union)
    household.state = FileState.DRAFT
    refresh(session, household.id)
    assert claims.open_claim_of(session, household.id) is None

    household.state = FileState.ACTIVE
    refresh_files(session)

    claim = claims.open_claim_of(session, household.id)
    assert claim is not None
    assert (claim.source, household.is_zero_employment) == (ClaimSource.DERIVED, True)


def test_an_imported_flag_is_a_claim_to_verify(session: Session, union: Union) -> None:
    household, (member,) = make_jobless(session, union, zero_employment=True)
    make_work(session, member, WorkStatus.UNKNOWN, DAY)

    refresh(session, household.id)

    claim = claims.open_claim_of(session, household.id)
    assert claim is not None
    assert claim.source is ClaimSource.IMPORTED
    task = session.scalars(sa.select(Task)).one()
    assert (task.rule, task.facts["ask"]) == (VERIFY_FLAG, ["work_status"])


def test_an_imported_flag_that_the_facts_deny_is_cleared(session: Session, union: Union) -> None:
    household, (member,) = make_jobless(session, union, zero_employment=True)
    make_work(session, member, WorkStatus.EMPLOYED, DAY)

    refresh(session, household.id)

    assert not household.is_zero_employment
    assert claims.open_claim_of(session, household.id) is None


def test_what_a_person_rejected_does_not_come_back_while_nothing_changed(
    session: Session, union: Union, clerk: Actor
) -> None:
    household, _ = make_jobless(session, union)
    refresh(session, household.id)
    claims.reject(session, clerk, household.id, "家庭已搬走")

    refresh(session, household.id, SYSTEM)

    assert claims.open_claim_of(session, household.id) is None


def test_a_placement_that_ends_reopens_the_household(
    session: Session, union: Union, clerk: Actor, today: list[dt.date]
) -> None:
    household, (member,) = make_jobless(session, union)
    claim = bring_to(session, clerk, household, ClaimState.AIDED)
    make_work(session, member, WorkStatus.EMPLOYED, DAY)
    refresh(session, household.id)
    today[0] += dt.timedelta(days=40)

    make_work(session, member, WorkStatus.UNEMPLOYED, today[0])
    refresh(session, household.id)

    assert (claim.state, claim.reopened_on) == (ClaimState.AIDED, today[0])
    assert claim.working_member_id is None
    assert household.is_zero_employment
    assert _running(session, household.id) == {"first_referral", "one_employed"}
    running = clocks.running_clock(
        session, "zero_employment.one_employed", ("household", household.id)
    )
    assert running is not None
    assert running.started_on == today[0]


def test_work_lost_after_the_end_is_a_new_clue_that_names_the_former_claim(
    session: Session, union: Union, clerk: Actor, today: list[dt.date]
) -> None:
    household, (member,) = make_jobless(session, union)
    former = bring_to(session, clerk, household, ClaimState.AIDED)
    make_work(session, member, WorkStatus.EMPLOYED, DAY)
    refresh(session, household.id)
    today[0] = dt.date(2027, 4, 1)
    aid.confirm_stable(session, clerk, household.id, "在岗")
    aid.finish(session, clerk, household.id, "稳定")

    make_work(session, member, WorkStatus.UNEMPLOYED, today[0])
    refresh(session, household.id)

    again = claims.open_claim_of(session, household.id)
    assert again is not None
    assert (again.source, again.follows_id) == (ClaimSource.REOPENED, former.id)


def test_while_another_still_works_the_household_stays_cleared(
    session: Session, union: Union, clerk: Actor
) -> None:
    household, (first, second) = make_jobless(session, union, n_members=2)
    claim = bring_to(session, clerk, household, ClaimState.AIDED)
    make_work(session, first, WorkStatus.EMPLOYED, DAY)
    make_work(session, second, WorkStatus.FLEXIBLE, DAY)
    refresh(session, household.id)

    make_work(session, first, WorkStatus.UNEMPLOYED, DAY)
    refresh(session, household.id)

    assert claim.state is ClaimState.ONE_WORKING


def test_a_claim_goes_with_a_merged_file_and_clocks_of_what_is_gone_stop(
    session: Session, union: Union, clerk: Actor
) -> None:
    gone, _ = make_jobless(session, union)
    into, _ = make_jobless(session, union)
    claim = bring_to(session, clerk, gone, ClaimState.AIDED)
    gone.state, gone.is_open, gone.merged_into_id = FileState.MERGED, False, into.id
    session.flush()

    assert settle_gone(session) == 0
    assert claim.household_id == into.id
    assert _running(session, into.id) == {"first_referral", "one_employed"}
    into.state, into.is_open = FileState.MERGED, False
    session.flush()
    assert settle_gone(session) == 2
    assert _running(session, into.id) == set()
