"""When a clock has run out nobody is to be found any more, and every count is what it was."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.households import FileState
from matcher.models.accounts import Membership
from matcher.models.audit import AuditEntry
from matcher.models.fair_visitors import FairVisitor
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.people_rights import AnonymisedRow
from matcher.services import audit, sealing
from matcher.services.people_rights import anonymising, nights, personal_columns
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.ended_ways import end_the_way
from tests.factories.people import (
    make_graduate,
    make_household,
    make_id_number,
    make_member,
    make_phone,
)
from tests.support.filled_rows import MARK, fill_row, rows_telling

_LONG_AGO = dt.date(2012, 3, 1)

_NOT_FILLED: set[str] = set()

_OWN_RULES = {
    "file_merge", "file_transfer", "household_expense", "household_income", "intent", "interview",
    "retirement_class",
}  # fmt: skip
"""Tables whose own rules refuse made-up rows (two files, two unions, listed words); emptied by the same statement."""


def _closed_file(session: Session, closed_on: dt.date = _LONG_AGO) -> tuple[Household, Graduate]:
    """Insert a file that ended, full of words, with a holder and a graduate who has a case."""
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    household = make_household(
        session,
        union,
        state=FileState.EXITED,
        is_open=False,
        closed_on=closed_on,
        unit_name=f"{MARK}厂",
        file_number=f"{MARK}1",
        owner_id=worker.account_id,
    )
    sealing.seal_address(session, household, f"{MARK}路 1 号")
    graduate = make_graduate(
        session,
        union,
        household=household,
        name=f"{MARK}儿",
        about=f"{MARK}会画画",
        intent={"text": f"{MARK}想去"},
        student_number=f"{MARK}7",
        created_at=dt.datetime(2012, 1, 1, tzinfo=dt.UTC),
    )
    member = make_member(
        session,
        household,
        name=f"{MARK}本人",
        is_holder=True,
        id_number=make_id_number(),
        phone=make_phone(),
        birth_on=dt.date(1971, 8, 9),
    )
    make_member(session, household, name=f"{MARK}儿", relation="子女", graduate_id=graduate.id)
    sealing.seal_card(session, member, "6222020200112233445")
    _fill_around(session, household, member, graduate)
    return household, graduate


def _fill_around(
    session: Session, household: Household, member: HouseholdMember, graduate: Graduate
) -> None:
    """Close a case of the graduate with the file, and put a row into every table that hangs on them."""
    case = make_case(session, graduate)
    case.closed_on = household.closed_on
    case.closing_reason = next(iter(type_of(case, "closing_reason")))
    session.flush()
    known = {
        "household": household.id,
        "household_member": member.id,
        "graduate": graduate.id,
        "graduate_case": case.id,
        "union_org": household.union_id,
        "account": household.owner_id or 0,
    }
    # A visitor of a fair need not be anybody's graduate: this one is.
    visitor = sa.inspect(FairVisitor).local_table
    assert isinstance(visitor, sa.Table)
    assert fill_row(session, visitor, known, given={"graduate_id": graduate.id})
    _fill(session, known)


def type_of(row: object, column: str) -> type:
    kind: type = sa.inspect(type(row)).columns[column].type.enum_class
    return kind


def _fill(session: Session, known: dict[str, int]) -> None:
    missed = set()
    for start in _STARTS:
        for reach in personal_columns.reached(start)[1:]:
            if reach.table.name not in known and not fill_row(session, reach.table, known):
                missed.add(reach.table.name)
    _NOT_FILLED.update(missed)
    end_the_way(session)


_STARTS = ("household", "household_member", "graduate", "graduate_case")


def _is_harmless(column: str) -> bool:
    """Say whether a column tells of no person: declared so, or of a table that hangs on nobody."""
    table, name = column.split(".")
    if table not in {
        reach.table.name for start in _STARTS for reach in personal_columns.reached(start)
    }:
        return True
    declared = (
        personal_columns.KEPT_TEXTS.get(table, ()),
        personal_columns.KEPT_JSON.get(table, ()),
    )
    return name in personal_columns.HARMLESS or any(name in one for one in declared)


_STATISTICS = {
    "files by union and tier": "SELECT union_id, tier, state, count(*) FROM household GROUP BY 1, 2, 3",
    "people by relation": "SELECT relation, work_status, count(*) FROM household_member GROUP BY 1, 2",
    "graduates by level and place": "SELECT education, origin_region, graduates_on, count(*)"
    " FROM graduate GROUP BY 1, 2, 3",
    "majors": "SELECT level, name, count(*) FROM graduate_major GROUP BY 1, 2",
    "acts by kind and outcome": "SELECT kind, outcome, count(*) FROM service_act GROUP BY 1, 2",
    "causes": "SELECT cause, count(*) FROM household_cause GROUP BY 1",
    "birth years": "SELECT substr(cast(birth_on AS text), 1, 4), count(*) FROM household_member GROUP BY 1",
}


def _counted(session: Session) -> dict[str, list[tuple[object, ...]]]:
    session.flush()
    return {
        name: sorted(map(tuple, session.execute(sa.text(query)).all()), key=str)
        for name, query in _STATISTICS.items()
    }


def _night(session: Session) -> int:
    n_done = 0
    for body in (nights.anonymise_files, nights.anonymise_ledgers, nights.anonymise_graduates):
        last: int | None = 0
        while last is not None:
            done, last = body(session, last)
            n_done += done
    session.flush()
    return n_done


def test_every_list_of_values_is_said_to_tell_of_people_or_not() -> None:
    assert personal_columns.undecided() == []


def test_after_ten_years_no_word_number_or_name_of_the_people_is_left_anywhere(
    session: Session,
) -> None:
    _household, graduate = _closed_file(session)
    assert len(rows_telling(session)) > 30

    _night(session)

    assert {column for column in rows_telling(session) if not _is_harmless(column)} == set()
    member = session.scalars(sa.select(HouseholdMember).where(HouseholdMember.is_holder)).one()
    assert member.name == "已匿名"
    for row in (member, graduate):
        session.refresh(row)
        assert row.id_number_index is None
        assert row.phone_cipher is None
    assert (member.card_cipher, member.birth_on) == (None, dt.date(1971, 1, 1))
    assert set(_NOT_FILLED) <= _OWN_RULES, f"give these a row in this test: {_NOT_FILLED}"


def test_the_statistics_are_what_they_were(session: Session) -> None:
    _closed_file(session)
    before = _counted(session)

    _night(session)

    assert _counted(session) == before
    assert before["acts by kind and outcome"]


def test_a_second_night_finds_nothing_and_a_file_within_its_time_stays(session: Session) -> None:
    _closed_file(session)
    young, _ = _closed_file_of_last_year(session)

    first = _night(session)

    assert first >= 1
    assert _night(session) == 0
    session.refresh(young)
    assert young.unit_name == f"{MARK}厂"


def _closed_file_of_last_year(session: Session) -> tuple[Household, Graduate]:
    union = make_union(session)
    household = make_household(
        session,
        union,
        state=FileState.EXITED,
        is_open=False,
        closed_on=clock.today() - dt.timedelta(days=365),
        unit_name=f"{MARK}厂",
    )
    return household, make_graduate(session, union, household=household)


def test_the_texts_of_a_case_go_two_years_after_it_closed_though_the_file_stays(
    session: Session,
) -> None:
    union = make_union(session)
    household = make_household(session, union)
    graduate = make_graduate(session, union, household=household, name="李四")
    case = make_case(session, graduate)
    case.closed_on = clock.today() - dt.timedelta(days=800)
    case.closing_reason = next(iter(type_of(case, "closing_reason")))
    case.closing_note_cipher = MARK.encode()
    session.flush()

    _night(session)

    session.refresh(case)
    session.refresh(graduate)
    assert case.closing_note_cipher == b""
    assert graduate.name == "李四"
    gone = session.scalars(sa.select(AnonymisedRow.subject_kind)).all()
    assert gone == ["graduate_case"]


def test_a_graduate_without_a_file_goes_two_years_after_the_last_service(session: Session) -> None:
    old = make_graduate(session, created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    young = make_graduate(session)
    own = make_actor(session, Role.GRADUATE, graduate=old)

    _night(session)

    for row in (old, young):
        session.refresh(row)
    assert (old.name, young.name == "已匿名") == ("已匿名", False)
    held = sa.select(Membership).where(Membership.account_id == own.account_id)
    assert session.scalars(held).one().ended_on == clock.today()


def test_an_open_case_keeps_a_graduate(session: Session) -> None:
    graduate = make_graduate(session, created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    make_case(session, graduate)

    assert _night(session) == 0


def test_the_trail_of_acts_stays_whole(session: Session) -> None:
    household, _ = _closed_file(session)
    actor = make_actor(session, Role.CASEWORKER)
    audit.record(session, actor, "household.updated", subject=("household", household.id))
    session.commit()

    _night(session)
    session.commit()

    assert audit.verify_trail(session).first_bad is None
    kept = sa.select(AuditEntry).where(AuditEntry.action == "household.updated")
    assert session.scalars(kept).one().subject_id == household.id


def test_an_emptied_cell_reads_as_no_words(session: Session) -> None:
    graduate = make_graduate(session)
    anonymising.anonymise_graduate(session, graduate.id, "test", clock.today())

    assert sealing.open_sealed(session, graduate, "phone") is None


@pytest.mark.parametrize("kind", ["household", "graduate"])
def test_who_is_anonymous_twice_is_written_down_once(session: Session, kind: str) -> None:
    graduate = make_graduate(session)

    for _ in range(2):
        anonymising.anonymise_graduate(session, graduate.id, kind, clock.today())

    assert len(session.scalars(sa.select(AnonymisedRow)).all()) == 1
