"""Standard lines are dated, by region, and each union's own come before those above it."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.tiers import FactGrade, StandardKind
from matcher.services.hardship import standard_lines
from matcher.services.hardship.standard_lines import LineInput, line_for
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.assessments import make_line

URBAN = StandardKind.URBAN_MINIMUM


def _facts(**changes: object) -> LineInput:
    fields: dict[str, object] = {
        "kind": URBAN,
        "region_code": "640100",
        "valid_from": dt.date(2026, 1, 1),
        "monthly_fen": 65000,
        "source": "某民发〔2026〕1 号",
        "grade": FactGrade.A,
    }
    return LineInput(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def chief(session: Session) -> Actor:
    return make_actor(session, Role.APPROVER)


def _fen(session: Session, union_id: int | None, on: dt.date) -> int | None:
    found = line_for(session, union_id, URBAN, "640104", on)
    return found.monthly_fen if found else None


def test_a_line_holds_from_its_first_day_in_its_region(session: Session, chief: Actor) -> None:
    standard_lines.add_line(session, chief, _facts(valid_to=dt.date(2026, 12, 31)))

    assert _fen(session, chief.union_id, dt.date(2025, 12, 31)) is None
    assert _fen(session, chief.union_id, dt.date(2026, 1, 1)) == 65000
    assert _fen(session, chief.union_id, dt.date(2027, 1, 1)) is None


def test_a_unions_own_line_comes_before_the_one_above_it(session: Session) -> None:
    city = make_union(session)
    county = make_union(session, parent=city)
    make_line(session, city.id, 700)
    make_line(session, county.id, 720)
    on = dt.date(2026, 6, 1)

    assert (_fen(session, city.id, on), _fen(session, county.id, on)) == (70000, 72000)


def test_another_unions_line_holds_for_nobody_else(session: Session) -> None:
    make_line(session, make_union(session).id)

    assert _fen(session, make_union(session).id, dt.date(2026, 6, 1)) is None


def test_an_ended_line_stays_in_the_list_and_another_takes_its_day(
    session: Session, chief: Actor
) -> None:
    first = standard_lines.add_line(session, chief, _facts())
    with pytest.raises(RuleBrokenError) as caught:
        standard_lines.add_line(session, chief, _facts(monthly_fen=66000))
    assert caught.value.code == "line_repeated"

    standard_lines.end_line(session, chief, first.public_id)
    second = standard_lines.add_line(session, chief, _facts(monthly_fen=66000))

    assert [one.id for one in standard_lines.list_lines(session, chief)] == [second.id, first.id]
    assert _fen(session, chief.union_id, dt.date(2026, 6, 1)) == 66000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"region_code": "64"}, "region_code"),
        ({"monthly_fen": 0}, "monthly"),
        ({"source": " "}, "source"),
        ({"valid_to": dt.date(2025, 1, 1)}, "valid_to"),
    ],
)
def test_a_line_needs_region_amount_source_and_order(
    session: Session, chief: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        standard_lines.add_line(session, chief, _facts(**changes))

    assert list(caught.value.details["fields"]) == [field]  # type: ignore[call-overload]


def test_a_caseworker_reads_lines_and_a_stranger_ends_none(session: Session, chief: Actor) -> None:
    row = standard_lines.add_line(session, chief, _facts())
    stranger = make_actor(session, Role.APPROVER)
    caseworker = make_actor(session, Role.CASEWORKER)

    assert standard_lines.list_lines(session, caseworker) == []
    with pytest.raises(NotAllowedError):
        standard_lines.add_line(session, caseworker, _facts())
    with pytest.raises(NotFoundError):
        standard_lines.end_line(session, stranger, row.public_id)
