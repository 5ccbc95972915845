"""Standards of tuition aid (助学标准): the city's alone, kept by edition, and who stands outside one is told why."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, RuleBrokenError
from matcher.kinds import Role, Verdict
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage
from matcher.models.tuition import TuitionApplication
from matcher.services.tuition import applications, standards
from matcher.services.tuition.applications import ApplicationInput
from matcher.services.tuition.standards import StandardInput
from tests.factories.accounts import make_actor
from tests.factories.money import Paying, make_paying, make_student, set_standard


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def _wish(**changes: object) -> ApplicationInput:
    fields: dict[str, object] = {
        "year": clock.today().year,
        "stage": TuitionStage.NEW,
        "batch": AdmissionBatch.FIRST,
        "term_starts_on": dt.date(clock.today().year, 9, 1),
        "need": "父亲下岗",
    }
    return ApplicationInput(**(fields | changes))  # type: ignore[arg-type]  # by name


def _apply(session: Session, paying: Paying, **schooling: object) -> TuitionApplication:
    household, _, row = make_student(session, paying.office.unit, **schooling)  # type: ignore[arg-type]  # by name
    return applications.apply(session, paying.office.chair, household.id, row.id, _wish())


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBrokenError) as refused:
        act()
    return refused.value.code


def test_the_city_sets_the_standard_and_a_county_cannot(session: Session, paying: Paying) -> None:
    county = make_actor(session, Role.DRIVE_MANAGER, union=paying.office.county)
    wish = StandardInput(
        from_year=clock.today().year,
        home_region="640000",
        batches=frozenset(AdmissionBatch),
        amounts={(TuitionStage.NEW, SchoolPlace.INSIDE, SchoolLevel.BACHELOR): 1},
        source="县通知",
    )

    with pytest.raises(RuleBrokenError) as refused:
        standards.set_standard(session, county, wish)
    assert refused.value.code == "standard_of_city"
    with pytest.raises(NotAllowedError):
        standards.set_standard(session, paying.clerk, wish)
    set_standard(session, paying)

    below = standards.standard_for(session, paying.office.unit.id, clock.today().year)
    assert below is not None
    assert below.union == paying.office.city.name
    assert not standards.may_set(session, county)
    assert standards.may_set(session, paying.manager)


def test_a_new_edition_replaces_the_year_and_leaves_what_was_judged(
    session: Session, paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying)
    applications.submit(session, paying.office.chair, row.id)

    key = (TuitionStage.NEW, SchoolPlace.INSIDE, SchoolLevel.BACHELOR)
    set_standard(session, paying, amounts={key: 600_000}, source="市工办〔2026〕9 号")

    now = standards.standard_for(session, paying.office.unit.id, row.year)
    assert now is not None
    assert now.terms.amounts == {key: 600_000}
    assert (row.amount_fen, row.standard_source) == (400_000, "市工办〔2026〕1 号")
    editions = standards.list_editions(session, paying.clerk)
    assert [one.standard.replaced_at is None for one in editions] == [True, False]


def test_where_no_city_set_one_the_dated_data_hold_for_their_year_only(
    session: Session, paying: Paying
) -> None:
    found = standards.standard_for(session, paying.office.unit.id, 2018)

    assert found is not None
    assert found.union is None
    assert standards.standard_for(session, paying.office.unit.id, 2019) is None


def test_without_a_standard_nothing_can_be_sent_and_nothing_is_refused(
    session: Session, paying: Paying
) -> None:
    row = _apply(session, paying)

    answer = applications.answer_of(session, row)

    assert (answer.verdict, answer.missing) == (Verdict.MAYBE, ("standard",))

    def submit() -> None:
        applications.submit(session, paying.office.chair, row.id)

    assert _code(submit) == "tuition_missing"


@pytest.mark.parametrize(
    ("schooling", "code"),
    [
        ({"is_military": True}, "military"),
        ({"is_regular_admission": False}, "not_regular"),
        ({"level": SchoolLevel.SENIOR_HIGH}, "not_higher"),
    ],
)
def test_who_is_outside_the_standard_is_told_why(
    session: Session, paying: Paying, schooling: dict[str, object], code: str
) -> None:
    set_standard(session, paying)
    row = _apply(session, paying, **schooling)

    assert applications.answer_of(session, row).against == (code,)

    def submit() -> None:
        applications.submit(session, paying.office.chair, row.id)

    assert _code(submit) == "tuition_not_entitled"


def test_a_college_student_is_outside_this_aid_and_stays_a_graduate_to_be_helped(
    session: Session, paying: Paying
) -> None:
    """二本以上 limits this aid only: the batch is kept at the application and nowhere else."""
    set_standard(session, paying)
    row = _apply(session, paying, level=SchoolLevel.COLLEGE)
    applications.change(session, paying.office.chair, row.id, _wish(batch=AdmissionBatch.COLLEGE))

    assert applications.answer_of(session, row).against == ("batch_below",)
    assert SchoolLevel.COLLEGE.is_higher
    columns = {column.name for column in TuitionApplication.__table__.columns}
    assert "batch" in columns
