"""Entitlements of units that hire (单位待遇): answered by the unit's own facts and those of the hire."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher.kinds import Role, UnitKind
from matcher.kinds.entitlements import EntitlementAnswer
from matcher.services.entitlements import facts, units
from matcher.services.entitlements.facts import About
from tests.factories.accounts import make_actor
from tests.factories.placements import make_placement
from tests.factories.postings import make_employer
from tests.matcher.services.entitlements.conftest import World

_A = EntitlementAnswer


def test_a_unit_is_answered_by_its_own_facts_and_those_of_the_hire(
    session: Session, world: World
) -> None:
    employer = make_employer(session, world.union, unit_kind=UnitKind.PRIVATE)
    hire = make_placement(
        session, world.graduate, employer_id=employer.id,
        contract_from_on=dt.date(2026, 7, 1), contract_until_on=dt.date(2027, 6, 30),
    )  # fmt: skip
    general = units.of_employer(session, world.worker, employer.id)
    assert set(general.asks) <= {
        "unit_is_small", "unit_is_base", "unit_new_staff_percent", "unit_is_above_100",
    }  # fmt: skip
    assert {one.answer.result for one in general.offered} == {_A.UNKNOWN}

    facts.record_facts(
        session, world.worker, About(employer_id=employer.id), {"unit_is_small": "yes"}
    )
    facts.record_facts(session, world.worker, About(placement_id=hire.id), {"insured_months": "4"})
    facts.record_facts(
        session, world.worker, About(graduate_id=world.graduate.id),
        {"same_item.insurance_unit_hard": "no"},
    )  # fmt: skip
    view = units.of_hire(session, world.worker, hire.id)

    assert view is not None
    assert view.known["contract_months"].value == 12
    small = next(one for one in view.offered if one.answer.code == "insurance_unit_small")
    assert small.answer.result is _A.YES


def test_a_contract_without_end_is_long_and_one_day_short_is_no_year(session: Session) -> None:
    assert units._months(dt.date(2026, 7, 1), dt.date(2027, 6, 30)) == 12
    assert units._months(dt.date(2026, 7, 1), dt.date(2027, 6, 29)) == 11
    assert units._months(dt.date(2026, 7, 1), dt.date(2026, 7, 1)) == 0


def test_who_sees_the_job_but_not_the_person_learns_nothing_of_the_person(
    session: Session, world: World
) -> None:
    colleague = make_actor(session, Role.CASEWORKER, union=world.union)
    hire = make_placement(session, world.graduate)

    assert units.of_hire(session, colleague, hire.id) is None
    assert units.of_hire(session, world.worker, hire.id) is not None
