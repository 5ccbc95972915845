"""Who leaves has all five guarantees and a second person's yes; who comes back starts as a draft."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, RuleBrokenError
from matcher.kinds import HardshipTier, Role, TaskState
from matcher.kinds.households import FileState
from matcher.kinds.tiers import (
    ExitKind,
    ExitReason,
    ExitState,
    Guarantee,
    ReturnFinding,
    ReturnOutcome,
)
from matcher.models.approvals import AccountInterest
from matcher.models.assessments import HouseholdExit
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.approvals.guard import fold_unit
from matcher.services.hardship import exit_history, exits, returns
from matcher.services.hardship.exits import ExitInput
from matcher.services.hardship.returns import ReturnInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_household, make_id_number, make_member

ALL_FIVE = dict.fromkeys(Guarantee, "已核实，见档案")


def lifted(**changes: object) -> ExitInput:
    facts = ExitInput(
        kind=ExitKind.LIFTED, reason=ExitReason.INCOME, left_on=clock.today(), guarantees=ALL_FIVE
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def second(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.APPROVER, union=union)


@pytest.fixture
def household(session: Session, union: Union) -> Household:
    made = make_household(session, union)
    make_member(session, made, is_holder=True, id_number=make_id_number())
    return made


def _leave(session: Session, clerk: Actor, second: Actor, household: Household) -> HouseholdExit:
    row = exits.exit_file(session, clerk, household.id, lifted())
    return exits.confirm_exit(session, second, household.id, row.public_id, agreed=True)


def _open_tasks(session: Session) -> dict[str, dt.date | None]:
    rows = session.scalars(sa.select(Task).where(Task.state == TaskState.OPEN))
    return {task.rule: task.due_on for task in rows if not task.rule.startswith("register.")}


def test_a_proposed_exit_leaves_the_file_open_until_a_second_person_agrees(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    row = exits.exit_file(session, clerk, household.id, lifted())
    assert (household.state, household.is_open) == (FileState.ACTIVE, True)

    exits.confirm_exit(session, second, household.id, row.public_id, agreed=True)

    assert (household.state, household.is_open) == (FileState.EXITED, False)
    assert household.closed_on == clock.today()
    assert row.state is ExitState.CONFIRMED


def test_nobody_confirms_an_exit_of_ones_own(
    session: Session, clerk: Actor, household: Household
) -> None:
    row = exits.exit_file(session, clerk, household.id, lifted())

    with pytest.raises(RuleBrokenError) as caught:
        exits.confirm_exit(session, clerk, household.id, row.public_id, agreed=True)

    assert caught.value.code == "own_exit"
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.update(HouseholdExit).values(
                state="confirmed", confirmed_at=clock.now(), confirmed_by_id=clerk.account_id
            )
        )


def test_nobody_lets_a_household_of_their_own_enterprise_leave(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    household.unit_name = "某某（银川）有限公司"
    session.add(
        AccountInterest(
            account_id=second.account_id,
            unit_name="某某(银川)有限公司",
            unit_key=fold_unit("某某(银川)有限公司"),
            kind="own",
            declared_at=clock.now(),
        )
    )
    row = exits.exit_file(session, clerk, household.id, lifted())

    with pytest.raises(RuleBrokenError) as caught:
        exits.confirm_exit(session, second, household.id, row.public_id, agreed=True)

    assert caught.value.code == "own_enterprise"


@pytest.mark.parametrize("kind", [ExitKind.LIFTED, ExitKind.RELIEVED])
@pytest.mark.parametrize("missing", list(Guarantee))
def test_each_of_the_five_guarantees_needs_its_evidence(
    session: Session, clerk: Actor, household: Household, kind: ExitKind, missing: Guarantee
) -> None:
    facts = lifted(kind=kind, reason=ExitReason.WORK, guarantees=ALL_FIVE | {missing: " "})

    with pytest.raises(InvalidInputError) as caught:
        exits.exit_file(session, clerk, household.id, facts)

    assert list(caught.value.details["fields"]) == [f"guarantee_{missing.value}"]  # type: ignore[call-overload]


@pytest.mark.parametrize("reason", [ExitReason.RETIRED, ExitReason.TRANSFERRED, ExitReason.DIED])
def test_retirement_transfer_and_death_need_no_guarantees_but_evidence(
    session: Session, clerk: Actor, household: Household, reason: ExitReason
) -> None:
    facts = lifted(kind=ExitKind.OTHER, reason=reason, guarantees={})
    with pytest.raises(InvalidInputError):
        exits.exit_file(session, clerk, household.id, facts)

    row = exits.exit_file(session, clerk, household.id, replace(facts, note="退休审批表"))

    assert row.guarantees == []


def test_a_reason_belongs_to_its_kind_and_the_day_is_not_to_come(
    session: Session, clerk: Actor, household: Household
) -> None:
    facts = lifted(reason=ExitReason.DIED, left_on=clock.today() + dt.timedelta(days=1))

    with pytest.raises(InvalidInputError) as caught:
        exits.exit_file(session, clerk, household.id, facts)

    assert set(caught.value.details["fields"]) == {"reason", "left_on"}  # type: ignore[call-overload]


def test_one_exit_waits_at_a_time_and_a_refusal_needs_a_reason(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    row = exits.exit_file(session, clerk, household.id, lifted())
    with pytest.raises(RuleBrokenError) as caught:
        exits.exit_file(session, clerk, household.id, lifted())
    assert caught.value.code == "exit_waits"
    with pytest.raises(RuleBrokenError) as caught:
        exits.confirm_exit(session, second, household.id, row.public_id, agreed=False)
    assert caught.value.code == "refusal_needs_reason"

    exits.confirm_exit(
        session, second, household.id, row.public_id, agreed=False, note="收入证明过期"
    )

    assert (row.state, household.state) == (ExitState.WITHDRAWN, FileState.ACTIVE)
    assert exits.exit_file(session, clerk, household.id, lifted()).id != row.id


def test_who_left_is_called_back_after_the_time_of_the_table(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    row = _leave(session, clerk, second, household)

    assert row.call_back_on is not None
    assert _open_tasks(session) == {"household_exit.call_back": row.call_back_on}


def test_evidence_is_sealed_and_read_by_who_sees_the_file_whole(
    session: Session, clerk: Actor, household: Household
) -> None:
    row = exits.exit_file(
        session,
        clerk,
        household.id,
        lifted(guarantees=ALL_FIVE | {Guarantee.MEDICAL: "透析已报销"}),
    )

    assert row.evidence_cipher is not None
    assert "透析".encode() not in row.evidence_cipher
    entry = exit_history.read_history(session, clerk, household.id).waiting
    assert entry is not None
    assert entry.guarantees[Guarantee.MEDICAL] == "透析已报销"


def _found(**changes: object) -> ReturnInput:
    facts = ReturnInput(
        found_on=clock.today(),
        found_by=ReturnFinding.CALL_BACK,
        outcome=ReturnOutcome.REOPENED,
        evidence="再次失业，收入低于标准",
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def test_a_household_found_in_hardship_again_opens_as_a_draft_without_tier(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    left = _leave(session, clerk, second, household)

    row = returns.return_file(session, clerk, household.id, _found())

    assert row.exit_id == left.id
    assert (household.state, household.is_open) == (FileState.DRAFT, True)
    assert household.tier is HardshipTier.NONE
    assert "household_exit.call_back" not in _open_tasks(session)
    assert "household_return.assess" in _open_tasks(session)


def test_a_household_that_is_watched_on_stays_closed_and_is_called_again(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    _leave(session, clerk, second, household)

    returns.return_file(session, clerk, household.id, _found(outcome=ReturnOutcome.WATCHED))

    assert household.state is FileState.EXITED
    assert "household_exit.call_back" in _open_tasks(session)


def test_nobody_comes_back_into_a_second_open_file(
    session: Session, clerk: Actor, second: Actor, union: Union
) -> None:
    number = make_id_number()
    household = make_household(session, union)
    make_member(session, household, id_number=number)
    _leave(session, clerk, second, household)
    make_member(session, make_household(session, union), id_number=number)

    with pytest.raises(RuleBrokenError):
        returns.return_file(session, clerk, household.id, _found())

    session.refresh(household)
    assert household.state is FileState.EXITED


def test_only_who_left_comes_back_and_not_before_leaving(
    session: Session, clerk: Actor, second: Actor, household: Household
) -> None:
    with pytest.raises(RuleBrokenError):
        returns.return_file(session, clerk, household.id, _found())
    _leave(session, clerk, second, household)

    with pytest.raises(InvalidInputError):
        returns.return_file(
            session,
            clerk,
            household.id,
            _found(found_on=clock.today() - dt.timedelta(days=1), evidence=""),
        )


def test_who_only_reads_proposes_nothing(
    session: Session, union: Union, household: Household
) -> None:
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)

    with pytest.raises(NotAllowedError):
        exits.exit_file(session, manager, household.id, lifted())
