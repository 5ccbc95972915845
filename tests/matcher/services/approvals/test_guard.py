"""Conflict of interest (利益冲突): who has to stand aside, and that no office is ever a dead end."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.approvals import (
    ActKind,
    ApprovalState,
    Decision,
    InterestKind,
    StepKind,
)
from matcher.kinds.household_facts import FileAct
from matcher.models.accounts import Account, Membership
from matcher.models.approvals import AccountInterest, Approval
from matcher.models.organisations import Union
from matcher.models.tasks import Task
from matcher.services.approvals import guard, history, interests, placing, settling, steps
from matcher.services.hardship import changes
from matcher.services.hardship.applications import submit_file
from matcher.services.permissions import GRANTS, SYSTEM, Actor, Permission
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.approvals import Office, make_draft, make_office
from tests.factories.postings import make_employer


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


def _at_county(session: Session, office: Office, entered_by: Actor) -> Approval:
    """Return an approval put at the county's decision without the steps before."""
    household = make_draft(session, office.unit, entered_by=entered_by)
    approval = submit_file(session, office.chair, household.id)
    placing.place(session, approval, 3)
    return approval


def _also(session: Session, actor: Actor, role: Role, union: Union) -> Actor:
    """Give an account a second role, and return it as an actor."""
    session.add(Membership(account_id=actor.account_id, role=role, union_id=union.id))
    session.flush()
    return Actor(account_id=actor.account_id, role=role, union_id=union.id)


def test_nobody_approves_what_they_entered_whatever_role_they_take(
    session: Session, office: Office
) -> None:
    make_actor(session, Role.APPROVER, union=office.county)
    clerk = _also(session, office.chair, Role.APPROVER, office.county)
    approval = _at_county(session, office, office.chair)

    with pytest.raises(RuleBrokenError) as refused:
        steps.decide(session, clerk, approval.id, Decision.PASS)

    assert refused.value.code == "own_entry"


def test_nobody_decides_at_two_steps(session: Session, office: Office) -> None:
    twice = _also(session, office.county_approver, Role.APPROVER, office.city)
    approval = _at_county(session, office, office.chair)
    steps.decide(session, office.county_approver, approval.id, Decision.PASS)

    with pytest.raises(RuleBrokenError) as refused:
        steps.decide(session, twice, approval.id, Decision.PASS)

    assert refused.value.code == "decided_before"


def test_nobody_certifies_for_their_own_enterprise(session: Session, office: Office) -> None:
    make_actor(session, Role.APPROVER, union=office.county)
    interests.declare(
        session,
        office.county_approver,
        unit_name="红星 机械厂",
        kind=InterestKind.FAMILY,
    )
    approval = _at_county(session, office, office.chair)

    with pytest.raises(RuleBrokenError) as refused:
        steps.decide(session, office.county_approver, approval.id, Decision.PASS)

    assert refused.value.code == "own_enterprise"


def test_the_agent_of_the_enterprise_stands_aside_without_declaring_it(
    session: Session, office: Office
) -> None:
    make_actor(session, Role.APPROVER, union=office.county)
    employer = make_employer(session, office.county, name="红星机械厂")
    agent = Membership(
        account_id=office.county_approver.account_id, role=Role.EMPLOYER, employer_id=employer.id
    )
    session.add(agent)
    approval = _at_county(session, office, office.chair)

    with pytest.raises(RuleBrokenError) as refused:
        steps.decide(session, office.county_approver, approval.id, Decision.PASS)

    assert refused.value.code == "own_enterprise"


def test_nor_is_the_act_credited_to_somebody_who_has_to_stand_aside(
    session: Session, office: Office
) -> None:
    approval = _at_county(session, office, office.chair)
    credit = history.Credit(credited_to_id=office.chair.account_id)

    with pytest.raises(RuleBrokenError) as refused:
        steps.decide(session, office.county_approver, approval.id, Decision.PASS, credit=credit)

    assert refused.value.code == "own_entry"


def test_an_office_with_one_clerk_sends_the_approval_to_the_next_level(
    session: Session, office: Office
) -> None:
    approval = _at_county(session, office, office.county_approver)

    assert approval.waits_at_id == office.city.id
    kinds = [line.act.kind for line in history.lines_of(session, approval)]
    assert kinds[-1] is ActKind.SKIPPED
    steps.decide(session, office.city_approver, approval.id, Decision.PASS)
    assert approval.state is ApprovalState.APPROVED


def test_where_nobody_is_left_up_to_the_top_a_task_says_who_has_to_be_appointed(
    session: Session, office: Office
) -> None:
    for actor in (office.county_approver, office.city_approver):
        session.get_one(Account, actor.account_id).is_active = False
    approval = _at_county(session, office, office.chair)

    assert approval.is_stuck
    task = session.scalars(
        sa.select(Task).where(Task.rule == "approval.appoint", Task.state == TaskState.OPEN)
    ).one()
    assert task.union_id == office.city.id

    make_actor(session, Role.APPROVER, union=office.city)
    assert settling.settle_all(session, SYSTEM) == 1
    assert not approval.is_stuck
    assert settling.settle_all(session, SYSTEM) == 0


def test_an_approval_moves_on_when_the_last_clerk_of_its_union_leaves(
    session: Session, office: Office
) -> None:
    approval = _at_county(session, office, office.chair)
    assert approval.waits_at_id == office.county.id
    session.get_one(Account, office.county_approver.account_id).is_active = False

    settling.settle(session, office.city_approver, approval.id)

    assert approval.waits_at_id == office.city.id


# --- the property: no configuration of accounts leads to a dead end ---------------------------

_LEVELS = 4
_PERSON = st.fixed_dictionaries(
    {
        "roles": st.lists(
            st.tuples(
                st.integers(0, _LEVELS - 1),
                st.sampled_from([Role.APPROVER, Role.GRASSROOTS_OFFICER, Role.CASEWORKER]),
            ),
            max_size=3,
            unique=True,
        ),
        "entered": st.booleans(),
        "interested": st.booleans(),
        "active": st.booleans(),
    }
)


def _people(session: Session, unions: list[Union], people: list[dict]) -> list[Account]:  # type: ignore[type-arg]
    accounts = []
    for person in people:
        account = make_account(session, is_active=person["active"])
        for level, role in person["roles"]:
            session.add(Membership(account_id=account.id, role=role, union_id=unions[level].id))
        if person["interested"]:
            session.add(
                AccountInterest(
                    account_id=account.id,
                    kind=InterestKind.OWN,
                    unit_name="红星机械厂",
                    unit_key=guard.fold_unit("红星机械厂"),
                    declared_at=clock.now(),
                )
            )
        accounts.append(account)
    session.flush()
    return accounts


def _may(
    session: Session, union_id: int, permission: Permission, out: set[int]
) -> list[tuple[int, Role]]:
    """Say independently of the guard who may act at a union."""
    rows = session.execute(
        sa.select(Membership.account_id, Membership.role)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.union_id == union_id, Account.is_active)
    )
    return [
        (row.account_id, row.role)
        for row in rows
        if permission in GRANTS[row.role] and row.account_id not in out
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=st.lists(_PERSON, max_size=5))
def test_no_configuration_of_accounts_is_a_dead_end_while_somebody_above_may_act(
    sqlite_session: Session,
    people: list[dict],  # type: ignore[type-arg]
) -> None:
    session = sqlite_session
    with session.begin_nested() as trial:
        top = make_union(session)
        county = make_union(session, top)
        unit = make_union(session, county, kind="grassroots")
        below = make_union(session, unit, kind="grassroots")
        unions = [below, unit, county, top]
        accounts = _people(session, unions, people)
        entered = {
            account.id
            for account, person in zip(accounts, people, strict=True)
            if person["entered"]
        }
        interested = {
            account.id
            for account, person in zip(accounts, people, strict=True)
            if person["interested"]
        }
        household = make_draft(session, below)
        approval = submit_file(session, SYSTEM, household.id)
        approval.entered_by_ids = sorted(entered)
        placing.place(session, approval, 3)
        decided: set[int] = set()
        while approval.state is ApprovalState.RUNNING:
            step = placing.step_now(session, approval)
            assert step.kind is StepKind.DECISION
            start = 2 if step.position == 3 else 3
            out = entered | interested | decided
            able = {
                union.id: _may(session, union.id, Permission.APPROVE_FILES, out)
                for union in unions[start:]
            }
            if approval.is_stuck:
                assert not any(able.values())
                break
            assert approval.waits_at_id in able
            account_id, role = able[approval.waits_at_id][0]
            actor = Actor(account_id=account_id, role=role, union_id=approval.waits_at_id)
            steps.decide(session, actor, approval.id, Decision.PASS)
            decided.add(account_id)
        trial.rollback()


def test_whom_a_row_was_typed_for_has_entered_it_as_well(session: Session, office: Office) -> None:
    make_actor(session, Role.APPROVER, union=office.county)
    household = make_draft(session, office.unit, entered_by=office.chair)
    credit = changes.Credit(on_behalf_of_id=office.county_approver.account_id)
    said = [{"field": "industry", "before": None, "after": "纺织"}]
    changes.note(session, office.chair, household, household, FileAct.CHANGED, said, credit)
    approval = submit_file(session, office.chair, household.id)
    placing.place(session, approval, 3)

    with pytest.raises(RuleBrokenError) as refused:
        steps.decide(session, office.county_approver, approval.id, Decision.PASS)

    assert refused.value.code == "own_entry"
