"""Filings and the safety plan of a fair: what waits, what a permit sets, what a change asks for."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_paperwork import ChangeKind, FilingOutcome, PlanPart
from matcher.models.fair_paperwork import FairFiling, FairPlanPart
from matcher.models.fairs import Fair
from matcher.services.fairs import (
    duties,
    entering,
    filings,
    safety_plan,
)
from matcher.services.fairs.filings import DecisionInput, FilingInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import fields_of
from tests.factories.drives import make_drive
from tests.factories.fairs import (
    make_fair,
    make_session,
)
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")


def _world(session: Session, **changes: object) -> tuple[Actor, Fair]:
    union = make_union(session)
    fair = make_fair(
        session,
        make_drive(session, union),
        **({"expected_people": 1500, "first_on": TODAY + dt.timedelta(days=40)} | changes),
    )
    return make_actor(session, Role.FAIR_ORGANISER, union=union), fair


def _file(session: Session, by: Actor, fair: Fair, **changes: object) -> FairFiling:
    fields: dict[str, object] = {
        "rule": "large_event",
        "authority": "县公安局",
        "filed_on": TODAY,
    }
    facts = FilingInput(**(fields | changes))  # type: ignore[arg-type] # by field
    return filings.file(session, by, fair.public_id, facts)


def _permit(numbers: dict[str, int], **changes: object) -> DecisionInput:
    fields: dict[str, object] = {
        "outcome": FilingOutcome.APPROVED,
        "decided_on": TODAY,
        "document_number": "1 号",
        "approved_numbers": numbers,
    }
    return DecisionInput(**(fields | changes))  # type: ignore[arg-type] # by field


def test_one_filing_of_a_rule_waits_at_a_time(session: Session) -> None:
    by, fair = _world(session)
    first = _file(session, by, fair)

    with pytest.raises(RuleBrokenError):
        _file(session, by, fair)
    filings.withdraw(session, by, fair.public_id, first.public_id, reason="填错单位")
    second = _file(session, by, fair)

    assert [one.id for one in duties.filings_of(session, fair.id)] == [second.id, first.id]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rule": "report_before"}, "rule"),
        ({"rule": "in_hand"}, "rule"),
        ({"authority": " "}, "authority"),
        ({"filed_on": TODAY + dt.timedelta(days=1)}, "filed_on"),
    ],
)
def test_only_a_duty_of_this_fair_is_filed(
    session: Session, wrong: dict[str, object], field: str
) -> None:
    by, fair = _world(session)

    with pytest.raises(InvalidInputError) as refused:
        _file(session, by, fair, **wrong)

    assert fields_of(refused.value) == {field}


def test_a_permit_names_a_number_for_each_session_and_none_above_the_venue(
    session: Session,
) -> None:
    by, fair = _world(session)
    held = make_session(session, fair)
    filing = _file(session, by, fair)
    wrong: list[tuple[DecisionInput, str]] = [
        (_permit({}), "approved_numbers"),
        (_permit({held.public_id: 2001}), "approved_numbers"),
        (_permit({held.public_id: 1500}, document_number=""), "document_number"),
        (_permit({held.public_id: 1500}, outcome=FilingOutcome.RECEIVED), "outcome"),
        (_permit({}, outcome=FilingOutcome.REFUSED), "reason"),
        (
            _permit({held.public_id: 1500}, decided_on=TODAY - dt.timedelta(days=1)),
            "decided_on",
        ),
    ]

    for facts, field in wrong:
        with pytest.raises(InvalidInputError) as refused:
            filings.decide(session, by, fair.public_id, filing.public_id, facts)
        assert fields_of(refused.value) == {field}
    filings.decide(session, by, fair.public_id, filing.public_id, _permit({held.public_id: 1500}))

    assert held.approved_number == 1500
    with pytest.raises(RuleBrokenError):
        filings.decide(session, by, fair.public_id, filing.public_id, _permit({}))


def test_a_permitted_fair_that_moves_asks_for_the_permit_anew(session: Session) -> None:
    by, fair = _world(session)
    held = make_session(session, fair)
    filing = _file(session, by, fair)
    filings.decide(session, by, fair.public_id, filing.public_id, _permit({held.public_id: 1500}))
    before = duties.duties_of(session, fair).duties[0]

    facts = vars(entering.facts_of(fair)) | {"venue_name": "文化宫", "expected_people": 1900}
    entering.edit_fair(session, by, fair.public_id, entering.FairInput(**facts))
    after = duties.duties_of(session, fair).duties[0]

    assert (before.is_done, before.changes) == (True, [])
    assert after.changes == [ChangeKind.PLACE, ChangeKind.LARGER]
    assert {one.what for one in after.consequences} == {"anew"}
    assert not after.is_done


@pytest.mark.parametrize(("days", "is_late"), [(20, False), (19, True)])
def test_a_permit_asked_for_anew_too_late_says_what_can_be_done(
    session: Session, days: int, is_late: bool
) -> None:
    by, fair = _world(session, first_on=TODAY + dt.timedelta(days=days))
    held = make_session(session, fair)
    filing = _file(session, by, fair)
    filings.decide(session, by, fair.public_id, filing.public_id, _permit({held.public_id: 1500}))
    assert duties.duties_of(session, fair).duties[0].way_out is None

    fair.venue_name = "文化宫"

    assert (duties.duties_of(session, fair).duties[0].way_out is not None) == is_late


def test_the_other_papers_are_in_hand_when_all_nine_parts_are_settled(session: Session) -> None:
    by, fair = _world(session)

    for part in PlanPart:
        assert not duties.is_plan_done(session, fair.id)
        safety_plan.write_part(
            session, by, fair.public_id, part, text="写好了", who="安保组", is_done=True
        )

    assert duties.is_plan_done(session, fair.id)


def test_a_part_is_settled_only_with_text_and_who_answers_for_it(session: Session) -> None:
    by, fair = _world(session)

    for text, who, field in (("", "安保组", "text"), ("写好了", " ", "who")):
        with pytest.raises(InvalidInputError) as refused:
            safety_plan.write_part(
                session, by, fair.public_id, PlanPart.FIRE, text=text, who=who, is_done=True
            )
        assert fields_of(refused.value) == {field}


def test_a_part_somebody_wrote_meanwhile_is_not_overwritten(session: Session) -> None:
    by, fair = _world(session)
    write = safety_plan.write_part
    first = write(session, by, fair.public_id, PlanPart.FIRE, text="甲", who="", is_done=False)

    with pytest.raises(ConflictError):
        write(session, by, fair.public_id, PlanPart.FIRE, text="乙", who="", is_done=False)
    write(
        session,
        by,
        fair.public_id,
        PlanPart.FIRE,
        text="丙",
        who="",
        is_done=False,
        expected_version=first.version_id,
    )

    assert session.scalars(sa.select(FairPlanPart.text)).all() == ["丙"]
