"""A locked period never changes, whatever is entered later; corrections are told beside it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.sheets import SheetState
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.permissions import SYSTEM
from matcher.services.reports import deciding, filling, locking, nightly, typed_figures
from matcher.services.reports.corrections import corrected_rows, list_corrections
from matcher.services.reports.deciding import Remark
from matcher.services.reports.snapshots import figures_of, period_digest, verify
from tests.factories.sheets import DAY, Tree, count_person, make_period, make_tree, sheet_of

_NEW = "graduates"


@pytest.fixture
def tree(session: Session) -> Tree:
    """Give a city with counties and a drive."""
    return make_tree(session)


def _value(sheet: Sheet, code: str = _NEW) -> int | None:
    return figures_of(sheet)[code].value


def test_a_lock_by_hand_seals_what_was_not_sent_with_what_the_records_say(
    session: Session, tree: Tree
) -> None:
    period = make_period(session, tree)
    filled = sheet_of(session, period, tree.county)
    filling.fill_sheet(session, tree.filler, filled.id)

    locking.lock_period(session, tree.manager, period.id)

    sealed = sheet_of(session, period, tree.city)
    assert (sealed.state, filled.state) == (SheetState.SEALED, SheetState.SEALED)
    assert (_value(sealed), _value(filled)) == (3, 3)
    assert period.digest == period_digest(session, period)
    for sheet in (sealed, filled):
        report = verify(session, tree.manager, sheet)
        assert (report.holds, report.period_holds, report.recount) == (True, True, [])


def test_what_was_sent_or_accepted_stays_as_it_is_at_the_lock(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    sheet = sheet_of(session, period, tree.county)
    filling.fill_sheet(session, tree.filler, sheet.id)
    filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")
    digest = sheet.digest

    locking.lock_period(session, tree.manager, period.id)

    assert (sheet.state, sheet.digest) == (SheetState.SUBMITTED, digest)


def test_nothing_of_a_locked_period_can_be_done(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    sheet = sheet_of(session, period, tree.county)
    filling.fill_sheet(session, tree.filler, sheet.id)
    filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")
    locking.lock_period(session, tree.manager, period.id)

    for act in (
        lambda: deciding.accept_sheet(session, tree.approver, sheet.id),
        lambda: deciding.return_sheet(session, tree.approver, sheet.id, [Remark(None, "再改")]),
        lambda: locking.lock_period(session, tree.manager, period.id),
        lambda: filling.fill_sheet(session, tree.manager, sheet_of(session, period, tree.city).id),
    ):
        with pytest.raises(RuleBrokenError, match="已经封存"):
            act()


def test_a_lock_is_for_who_manages_the_drive(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    lower = make_tree(session).manager

    with pytest.raises(NotFoundError):
        locking.lock_period(session, lower, period.id)


def test_the_night_locks_what_its_last_day_knew_and_not_the_hours_after(
    session: Session, tree: Tree
) -> None:
    today = clock.today()
    period = make_period(session, tree, until_on=today - 3 * DAY, due_on=today - 2 * DAY,
                         locks_on=today - DAY)  # fmt: skip
    midnight = dt.datetime.combine(today, dt.time(), tzinfo=clock.CHINA)
    for act in tree.people:
        act.entered_at = midnight - 2 * DAY
    count_person(session, tree.drive, tree.county, entered_at=midnight - dt.timedelta(seconds=1))
    count_person(session, tree.drive, tree.county, entered_at=midnight)

    first, second = (nightly.run_night(session, SYSTEM) for _ in range(2))

    assert (first["n_locked"], second["n_locked"]) == (1, 0)
    assert _value(sheet_of(session, period, tree.county)) == 4
    assert period.locked_by_id is None


def test_between_the_last_day_and_the_night_that_locks_nothing_is_filled_any_more(
    session: Session, tree: Tree
) -> None:
    period = make_period(session, tree)
    sheet = sheet_of(session, period, tree.county)
    morning = dt.datetime.combine(period.locks_on + DAY, dt.time(0, 30), clock.CHINA)

    with clock.set_by_hand(morning), pytest.raises(RuleBrokenError) as refused:
        filling.fill_sheet(session, tree.filler, sheet.id)

    assert refused.value.code == "period_locked"


def test_a_period_is_not_locked_on_its_last_day(session: Session, tree: Tree) -> None:
    today = clock.today()
    period = make_period(session, tree, due_on=today, locks_on=today)

    assert locking.lock_due_periods(session, SYSTEM) == []
    assert period.locked_at is None


def test_what_is_entered_after_the_lock_is_a_correction_with_its_rows(
    session: Session, tree: Tree
) -> None:
    period = make_period(session, tree)
    locking.lock_period(session, tree.manager, period.id)
    sheet = sheet_of(session, period, tree.county)

    late = count_person(session, tree.drive, tree.county)
    late.entered_at = clock.now()
    session.flush()

    found = {one.indicator.code: one for one in list_corrections(session, tree.manager, sheet)}
    assert (found[_NEW].frozen.value, found[_NEW].now.value) == (3, 4)
    rows = corrected_rows(session, tree.manager, sheet, _NEW)
    assert ([row.graduate_id for row in rows.came], rows.went) == ([late.graduate_id], [])
    assert verify(session, tree.manager, sheet).recount == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["county", "other", "city"]), st.integers(0, 40)), max_size=6
    ),
    typed=st.lists(st.integers(0, 50), max_size=3),
)
def test_a_locked_period_never_changes_whatever_is_entered_later(
    sqlite_factory: SessionFactory, acts: list[tuple[str, int]], typed: list[int]
) -> None:
    with sqlite_factory() as session:
        tree = make_tree(session)
        period = make_period(session, tree)
        typed_figures.type_figures(
            session, tree.manager, period.id, tree.offline.id, values={_NEW: 5}, basis="传真"
        )
        locking.lock_period(session, tree.manager, period.id)
        before = _frozen(session, period)

        for place, days in acts:
            act = count_person(session, tree.drive, getattr(tree, place), entered_at=clock.now())
            act.happened_on = act.since_on = clock.today() - days * DAY
        for value in typed:
            typed_figures.type_figures(
                session,
                tree.manager,
                period.id,
                tree.offline.id,
                values={_NEW: value},
                basis="更正",
            )
        session.flush()
        nightly.run_night(session, SYSTEM)

        assert _frozen(session, period) == before
        for sheet in session.scalars(sa.select(Sheet).order_by(Sheet.id)):
            report = verify(session, SYSTEM, sheet)
            assert (report.holds, report.recount) == (True, [])
        session.rollback()


def _frozen(session: Session, period: ReportPeriod) -> list[tuple[object, ...]]:
    found = sa.select(
        Sheet.id, Sheet.edition, Sheet.state, Sheet.figures, Sheet.digest, Sheet.signature
    ).where(Sheet.period_id == period.id)
    return [tuple(row) for row in session.execute(found.order_by(Sheet.id))]
