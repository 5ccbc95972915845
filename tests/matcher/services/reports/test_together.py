"""Two at once: of two who send, one edition comes; of two who return, one; a lock and a filling agree."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.errors import YangguangError
from matcher.kinds.sheets import SheetState
from matcher.models.sheets import Sheet, SheetStep
from matcher.services.reports import deciding, filling, locking, typed_figures
from matcher.services.reports.deciding import Remark
from tests.factories.sheets import Tree, make_period, make_tree, sheet_of


def _at_once(factory: SessionFactory, *acts: Callable[[Session], object]) -> list[str]:
    """Do acts in transactions of their own, begun together; return how each ended."""
    ready, ended = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[Session], object]) -> None:
        ready.wait()
        try:
            with transaction(factory) as session:
                act(session)
            ended[place] = "done"
        except YangguangError as error:
            ended[place] = error.code

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.fixture
def started(session_factory: SessionFactory) -> tuple[Tree, int, int]:
    """Give a tree with a period, and the ids of the period and of the county's draft; committed."""
    with transaction(session_factory) as session:
        session.expire_on_commit = False
        tree = make_tree(session)
        period = make_period(session, tree)
        return tree, period.id, sheet_of(session, period, tree.county).id


def test_two_who_fill_at_once_fill_one_sheet(
    session_factory: SessionFactory, started: tuple[Tree, int, int]
) -> None:
    tree, _, sheet_id = started

    ended = _at_once(
        session_factory,
        lambda s: filling.fill_sheet(s, tree.filler, sheet_id),
        lambda s: filling.fill_sheet(s, tree.manager, sheet_id),
    )

    assert sorted(ended) == ["done", "sheet_step"]


def test_two_who_send_at_once_make_one_edition(
    session_factory: SessionFactory, started: tuple[Tree, int, int]
) -> None:
    tree, period_id, sheet_id = started
    with transaction(session_factory) as session:
        filling.fill_sheet(session, tree.filler, sheet_id)

    ended = _at_once(
        session_factory,
        *[lambda s: filling.submit_sheet(s, tree.reviewer, sheet_id, led_by="王主席")] * 2,
    )

    assert sorted(ended) == ["done", "sheet_step"]
    with session_factory() as session:
        editions = session.scalars(
            sa.select(Sheet.edition).where(
                Sheet.period_id == period_id, Sheet.union_id == tree.county.id
            )
        ).all()
        sent = sa.select(sa.func.count()).where(SheetStep.act == "submitted")
        assert (list(editions), session.scalar(sent)) == ([1], 1)


def test_two_who_return_at_once_open_one_next_edition(
    session_factory: SessionFactory, started: tuple[Tree, int, int]
) -> None:
    tree, period_id, sheet_id = started
    with transaction(session_factory) as session:
        filling.fill_sheet(session, tree.filler, sheet_id)
        filling.submit_sheet(session, tree.reviewer, sheet_id, led_by="王主席")

    ended = _at_once(
        session_factory,
        lambda s: deciding.return_sheet(s, tree.approver, sheet_id, [Remark(None, "改一")]),
        lambda s: deciding.return_sheet(s, tree.manager, sheet_id, [Remark(None, "改二")]),
    )

    assert sorted(ended) == ["done", "sheet_step"]
    with session_factory() as session:
        found = sa.select(Sheet.edition).where(
            Sheet.period_id == period_id, Sheet.union_id == tree.county.id
        )
        assert list(session.scalars(found.order_by(Sheet.edition))) == [1, 2]


def test_a_lock_and_a_sending_at_once_leave_one_truth(
    session_factory: SessionFactory, started: tuple[Tree, int, int]
) -> None:
    tree, period_id, sheet_id = started
    with transaction(session_factory) as session:
        filling.fill_sheet(session, tree.filler, sheet_id)

    ended = _at_once(
        session_factory,
        lambda s: locking.lock_period(s, tree.manager, period_id),
        lambda s: filling.submit_sheet(s, tree.reviewer, sheet_id, led_by="王主席"),
    )

    assert ended[0] == "done"
    with session_factory() as session:
        sheet = session.get_one(Sheet, sheet_id)
        wanted = SheetState.SUBMITTED if ended[1] == "done" else SheetState.SEALED
        assert sheet.state is wanted
        assert ended[1] in ("done", "period_locked")


def test_two_who_type_at_once_leave_one_line_of_editions(
    session_factory: SessionFactory, started: tuple[Tree, int, int]
) -> None:
    tree, period_id, _ = started

    def typing(value: int) -> Callable[[Session], object]:
        return lambda s: typed_figures.type_figures(
            s, tree.manager, period_id, tree.offline.id, values={"graduates": value}, basis="传真"
        )

    assert _at_once(session_factory, typing(4), typing(6)) == ["done", "done"]
    with session_factory() as session:
        found = sa.text("SELECT edition FROM typed_figure ORDER BY edition")
        assert list(session.scalars(found)) == [1, 2]
