"""Employers are pending until checked, good for six months, and ranked only while that holds."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import EmployerState, Role, TaskState, UnitKind
from matcher.models.accounts import Membership
from matcher.models.employers import Employer
from matcher.models.ranking_runs import RankingChange
from matcher.models.tasks import Task
from matcher.services import audit, employer_checks, employers
from matcher.services.employers import EmployerInput
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.postings import make_employer, make_posting

CODE = "91640100MA75WX0Y0L"


@pytest.fixture
def clerk(session: Session) -> Actor:
    return make_actor(session, Role.REVIEWER)


def _own(session: Session, clerk: Actor, **changes: object) -> Employer:
    return make_employer(session, None, **({"union_id": clerk.union_id} | changes))


def test_a_registered_employer_is_pending_and_not_ranked(session: Session, clerk: Actor) -> None:
    assert clerk.union_id is not None
    employer = employers.register_employer(
        session, SYSTEM, EmployerInput(name="某公司"), union_id=clerk.union_id
    )

    assert employer.state is EmployerState.PENDING
    assert employer_checks.why_not_ranked(employer, clock.today()) == "employer_pending"
    found = session.scalars(employer_checks.rankable_employers(clock.today())).all()
    assert employer.id not in found


def test_a_wrong_credit_code_needs_a_reason(session: Session, clerk: Actor) -> None:
    assert clerk.union_id is not None
    wrong = "91640100MA75WX0Y00"

    with pytest.raises(InvalidInputError) as refused:
        employers.register_employer(
            session, clerk, EmployerInput(name="甲", credit_code=wrong), union_id=clerk.union_id
        )
    taken = employers.register_employer(
        session,
        clerk,
        EmployerInput(name="甲", credit_code=wrong, credit_code_override="执照原件如此"),
        union_id=clerk.union_id,
    )

    assert "credit_code" in refused.value.details["fields"]  # type: ignore[operator]  # a dict
    assert taken.credit_code == wrong


def test_a_reason_for_a_wrong_code_is_audited_and_goes_when_the_code_is_right(
    session: Session, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clerk.union_id is not None
    told: list[object] = []
    monkeypatch.setattr(
        audit, "record", lambda *_, **details: told.append(details["code_override"])
    )
    wrong = EmployerInput(
        name="甲", credit_code="91640100MA75WX0Y00", credit_code_override="执照原件如此"
    )
    right = EmployerInput(
        name="甲", credit_code="９１３５０２００ ma2yj1xr9g", credit_code_override="执照原件如此"
    )

    employer = employers.register_employer(session, clerk, wrong, union_id=clerk.union_id)
    kept = employer.credit_code_override
    employers.update_employer(session, clerk, employer.id, right)

    assert (kept, employer.credit_code_override) == ("执照原件如此", None)
    assert employer.credit_code == "91350200MA2YJ1XR9G"
    assert told == [True, False]


def test_a_reason_given_for_one_wrong_code_does_not_excuse_another(
    session: Session, clerk: Actor
) -> None:
    assert clerk.union_id is not None
    wrong = EmployerInput(
        name="甲", credit_code="91640100MA75WX0Y00", credit_code_override="执照原件如此"
    )
    employer = employers.register_employer(session, clerk, wrong, union_id=clerk.union_id)

    employers.update_employer(session, clerk, employer.id, replace(wrong, address="新址"))
    with pytest.raises(InvalidInputError) as refused:
        employers.update_employer(session, clerk, employer.id, replace(wrong, credit_code="ABC"))

    assert employer.address == "新址"
    assert "credit_code" in refused.value.details["fields"]  # type: ignore[operator]  # a dict


def test_a_credit_code_is_registered_once_and_where_is_not_told(
    session: Session, clerk: Actor
) -> None:
    make_employer(session, make_union(session), credit_code="AAA", name="外区秘密公司")
    assert clerk.union_id is not None

    with pytest.raises(RuleBrokenError) as refused:
        employers.register_employer(
            session,
            clerk,
            EmployerInput(name="乙", credit_code="AAA", credit_code_override="确认"),
            union_id=clerk.union_id,
        )

    assert refused.value.code == "employer_known"
    assert "外区" not in str(refused.value)
    assert refused.value.details == {}


def test_both_papers_make_an_employer_verified_for_six_months(
    session: Session, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 8, 31, 4, tzinfo=dt.UTC))
    employer = _own(session, clerk, state=EmployerState.PENDING, recheck_due_on=None)

    employer_checks.check_employer(
        session, clerk, employer.id, licence_ok=True, authorisation_ok=True
    )

    assert employer.state is EmployerState.VERIFIED
    assert employer.recheck_due_on == dt.date(2027, 2, 28)
    assert employer_checks.why_not_ranked(employer, dt.date(2027, 2, 28)) is None
    late = dt.date(2027, 3, 1)
    assert employer_checks.why_not_ranked(employer, late) == "employer_check_expired"
    assert employer.id not in session.scalars(employer_checks.rankable_employers(late)).all()


@pytest.mark.parametrize(("licence", "authorisation"), [(True, False), (False, True)])
def test_one_paper_alone_is_a_refusal_and_needs_a_reason(
    session: Session, clerk: Actor, licence: bool, authorisation: bool
) -> None:
    employer = _own(session, clerk, state=EmployerState.PENDING)

    with pytest.raises(RuleBrokenError) as refused:
        employer_checks.check_employer(
            session, clerk, employer.id, licence_ok=licence, authorisation_ok=authorisation
        )
    check = employer_checks.check_employer(
        session,
        clerk,
        employer.id,
        licence_ok=licence,
        authorisation_ok=authorisation,
        reason="材料不全",
    )

    assert refused.value.code == "refusal_needs_reason"
    assert check.outcome is EmployerState.REFUSED
    assert employer.recheck_due_on is None


def test_nobody_checks_an_employer_they_act_for(session: Session, clerk: Actor) -> None:
    employer = _own(session, clerk)
    session.add(
        Membership(account_id=clerk.account_id, role=Role.EMPLOYER, employer_id=employer.id)
    )
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        employer_checks.check_employer(
            session, clerk, employer.id, licence_ok=True, authorisation_ok=True
        )

    assert refused.value.code == "own_employer"


def test_a_check_or_suspension_tells_ranking_of_each_published_posting(
    session: Session, clerk: Actor
) -> None:
    employer = _own(session, clerk)
    posting = make_posting(session, employer=employer)

    employer_checks.suspend_employer(session, clerk, employer.id, "投诉查实")

    changes = session.scalars(sa.select(RankingChange.subject_id)).all()
    assert changes == [posting.id]
    assert employer_checks.why_not_ranked(employer, clock.today()) == "employer_suspended"


def test_an_employer_that_renames_itself_is_checked_again(session: Session, clerk: Actor) -> None:
    employer = _own(session, clerk)
    own = make_actor(session, Role.EMPLOYER, employer=employer)

    employers.update_employer(
        session, own, employer.id, EmployerInput(name=employer.name, address="新地址")
    )
    kept = employer.state
    employers.update_employer(session, own, employer.id, EmployerInput(name="换了名字的公司"))

    assert kept is EmployerState.VERIFIED
    assert employer.state is EmployerState.PENDING


def test_others_employers_answer_like_missing_ones(session: Session, clerk: Actor) -> None:
    other = make_employer(session)
    foreign = make_actor(session, Role.EMPLOYER, employer=make_employer(session))

    with pytest.raises(NotFoundError):
        employers.get_employer(session, clerk, other.id)
    with pytest.raises(NotFoundError):
        employers.get_employer(session, foreign, other.id)
    with pytest.raises(NotFoundError):
        employers.update_employer(session, foreign, other.id, EmployerInput(name="偷"))
    with pytest.raises(NotFoundError):
        employer_checks.suspend_employer(session, clerk, other.id, "x")


def test_a_stale_form_is_told_of_the_newer_version(session: Session, clerk: Actor) -> None:
    employer = _own(session, clerk)
    seen = employer.version_id
    facts = EmployerInput(name=employer.name, unit_kind=UnitKind.PRIVATE, about="新介绍")
    employers.update_employer(session, clerk, employer.id, facts, expected_version=seen)

    with pytest.raises(ConflictError):
        employers.update_employer(session, clerk, employer.id, facts, expected_version=seen)


def test_a_check_that_lapses_soon_opens_one_task_and_a_new_check_ends_it(
    session: Session, clerk: Actor
) -> None:
    soon = clock.today() + dt.timedelta(days=3)
    employer = _own(session, clerk, recheck_due_on=soon)
    _own(session, clerk, recheck_due_on=clock.today() + dt.timedelta(days=90))

    employer_checks.open_recheck_tasks(session, SYSTEM)
    employer_checks.open_recheck_tasks(session, SYSTEM)
    (task,) = session.scalars(sa.select(Task)).all()
    employer_checks.check_employer(
        session, clerk, employer.id, licence_ok=True, authorisation_ok=True
    )

    session.refresh(task)
    assert (task.subject_id, task.due_on, task.state) == (employer.id, soon, TaskState.DROPPED)


@pytest.mark.parametrize(("days_ago", "told"), [(1, True), (9, True), (0, False), (60, False)])
def test_ranking_is_told_of_a_check_that_lapsed_even_if_the_machine_was_off_that_day(
    session: Session, clerk: Actor, days_ago: int, told: bool
) -> None:
    lapsed = clock.today() - dt.timedelta(days=days_ago)
    employer = _own(session, clerk, recheck_due_on=lapsed)
    posting = make_posting(session, employer=employer)

    employer_checks.open_recheck_tasks(session, SYSTEM)

    changed = session.scalars(sa.select(RankingChange.subject_id)).all()
    assert (posting.id in changed) is told


def test_the_list_counts_all_and_shows_a_slice(session: Session, clerk: Actor) -> None:
    for name in ("甲公司", "乙公司", "丙工厂"):
        _own(session, clerk, name=name)
    make_employer(session, name="外区公司")

    page = employers.list_employers(session, clerk, name="公司", limit=1)

    assert (len(page.rows), page.total) == (1, 2)
