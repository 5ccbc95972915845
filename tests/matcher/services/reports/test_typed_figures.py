"""Figures of units without the system: editions, summed apart at every level, never counted twice."""

import io

import openpyxl
import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.models.sheets import ReportPeriod
from matcher.services.figures.counting import count_by_union, count_figures
from matcher.services.figures.moments import moment_of
from matcher.services.reports import locking, typed_books, typed_figures
from matcher.services.reports.corrections import list_corrections
from matcher.services.reports.snapshots import moment_of_period
from matcher.services.reports.typed_sums import typed_by_child, typed_by_unit
from tests.factories.accounts import make_actor, make_union
from tests.factories.sheets import DAY, Tree, count_person, make_period, make_tree, sheet_of

_NEW = "graduates"
_MONEY = "job_aid_fen"


@pytest.fixture
def tree(session: Session) -> Tree:
    """Give a city with counties and a drive."""
    return make_tree(session)


@pytest.fixture
def period(session: Session, tree: Tree) -> ReportPeriod:
    """Give a period that is over."""
    return make_period(session, tree)


def _type(session: Session, tree: Tree, period: ReportPeriod, value: int | None) -> int:
    return typed_figures.type_figures(
        session, tree.manager, period.id, tree.offline.id, values={_NEW: value}, basis="传真"
    )


def test_typed_figures_are_summed_apart_at_every_level(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    village = make_union(session, tree.other)
    _type(session, tree, period, 9)
    typed_figures.type_figures(
        session, tree.manager, period.id, village.id, values={_NEW: 4}, basis="传真"
    )
    moment = moment_of_period(period, clock.now())

    whole = count_figures(session, tree.manager, tree.drive.id, tree.city.id, moment).values[_NEW]
    children = count_by_union(
        session, tree.manager, tree.drive.id, tree.city.id, moment, codes=[_NEW]
    )

    assert (whole.value, whole.typed) == (3, 13)
    told = {union_id: figures[_NEW].typed for union_id, figures in children.items()}
    assert told == {tree.county.id: 0, tree.other.id: 4, tree.offline.id: 9}
    assert typed_by_child(session, tree.drive.id, tree.other.id, moment) == {village.id: {_NEW: 4}}


def test_a_correction_is_the_next_edition_and_none_takes_it_back(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    before = clock.now()
    assert [_type(session, tree, period, one) for one in (9, 9, 8, None)] == [1, 0, 1, 1]

    def told() -> dict[int, dict[str, int]]:
        moment = moment_of_period(period, clock.now())
        return typed_by_unit(session, tree.drive.id, tree.city.id, moment)

    assert told() == {}
    _type(session, tree, period, 7)
    assert told() == {tree.offline.id: {_NEW: 7}}
    early = moment_of_period(period, before)
    assert typed_by_unit(session, tree.drive.id, tree.city.id, early) == {}


def test_of_several_periods_the_latest_within_the_moment_counts(
    session: Session, tree: Tree
) -> None:
    until = clock.today() - 10 * DAY
    first = make_period(session, tree, name="一期", until_on=until, due_on=until, locks_on=until)
    last = make_period(session, tree, name="二期")
    _type(session, tree, first, 5)
    now = moment_of(session, tree.drive)
    only_first = typed_by_unit(session, tree.drive.id, tree.city.id, now)
    _type(session, tree, last, 8)

    assert only_first == {tree.offline.id: {_NEW: 5}}
    now = moment_of(session, tree.drive)
    assert typed_by_unit(session, tree.drive.id, tree.city.id, now) == {tree.offline.id: {_NEW: 8}}
    then = moment_of_period(first, clock.now())
    assert typed_by_unit(session, tree.drive.id, tree.city.id, then) == {tree.offline.id: {_NEW: 5}}


def test_a_unit_with_the_system_is_not_typed(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    with pytest.raises(RuleBrokenError, match="在用系统"):
        typed_figures.type_figures(
            session, tree.manager, period.id, tree.other.id, values={_NEW: 1}, basis="传真"
        )


def test_a_unit_whose_people_are_counted_is_not_typed(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    count_person(session, tree.drive, tree.offline)

    with pytest.raises(RuleBrokenError, match="重复计算"):
        _type(session, tree, period, 1)


@pytest.mark.parametrize("upper_first", [True, False])
def test_no_unit_is_typed_both_itself_and_through_another(
    session: Session, tree: Tree, period: ReportPeriod, *, upper_first: bool
) -> None:
    village = make_union(session, tree.offline)
    first, second = (tree.offline, village) if upper_first else (village, tree.offline)

    def typing(union_id: int, value: int | None) -> None:
        typed_figures.type_figures(
            session, tree.manager, period.id, union_id, values={_NEW: value}, basis="传真"
        )

    typing(first.id, 3)
    with pytest.raises(RuleBrokenError, match="重复计算"):
        typing(second.id, 3)

    typing(first.id, None)
    typing(second.id, 3)


def test_ratios_and_nonsense_are_refused_at_their_line(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    with pytest.raises(InvalidInputError) as told:
        typed_figures.type_figures(
            session, tree.manager, period.id, tree.offline.id,
            values={"coverage": 5, _NEW: -1}, basis=" ",
        )  # fmt: skip

    fields = told.value.details["fields"]
    assert isinstance(fields, dict)
    assert set(fields) == {"coverage", _NEW, "basis"}


def test_a_neighbour_types_nothing(session: Session, tree: Tree, period: ReportPeriod) -> None:
    neighbour = make_actor(session, Role.GRASSROOTS_OFFICER, union=tree.other)

    with pytest.raises(NotFoundError):
        typed_figures.type_figures(
            session, neighbour, period.id, tree.offline.id, values={_NEW: 1}, basis="传真"
        )


def test_what_is_typed_after_the_lock_is_told_beside_the_frozen_sheet(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    _type(session, tree, period, 9)
    locking.lock_period(session, tree.manager, period.id)
    sheet = sheet_of(session, period, tree.city)

    _type(session, tree, period, 6)

    found = {one.indicator.code: one for one in list_corrections(session, tree.manager, sheet)}
    assert (found[_NEW].frozen.typed, found[_NEW].now.typed) == (9, 6)


def _filled(content: bytes, cells: dict[str, object]) -> bytes:
    """Write values into the empty workbook, by code of the indicator, in the first unit's column."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for row in page.iter_rows(min_row=1):
        if row[0].value in cells:
            row[4].value = cells[row[0].value]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_comes_back_with_its_figures_money_in_yuan(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    empty = typed_books.empty_book(session, tree.manager, period)
    filled = _filled(empty, {_NEW: 12, _MONEY: "1,500.50", "need_help": "十二", "served": 3.5})

    done = typed_books.import_book(
        session, tree.manager, period, filled, name="表.xlsx", basis="邮件 8 月 29 日"
    )
    again = typed_books.import_book(
        session, tree.manager, period, filled, name="表.xlsx", basis="邮件 8 月 29 日"
    )

    moment = moment_of_period(period, clock.now())
    typed = typed_by_unit(session, tree.drive.id, tree.city.id, moment)
    assert typed == {tree.offline.id: {_NEW: 12, _MONEY: 150_050}}
    assert (done.n_cells, done.n_changed, len(done.refused)) == (4, 2, 2)
    assert all(one.place.startswith("E") for one in done.refused)
    assert again.n_changed == 0


def test_a_table_that_is_none_of_ours_is_refused_whole(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    for content, name in ((b"a,b\n1,2\n", "x.csv"), (b"not a table", "x.xlsx")):
        with pytest.raises(InvalidInputError):
            typed_books.import_book(session, tree.manager, period, content, name=name, basis="邮件")
