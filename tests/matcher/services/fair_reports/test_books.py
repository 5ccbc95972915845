"""A report of many rows is made in the background: asked twice made once, and what is kept is the report."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.intake import open_table
from matcher.kinds import JobState, Role
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.models.fair_papers import FairPrint
from matcher.models.jobs import Job
from matcher.policy import limits
from matcher.services.fair_employers import prints
from matcher.services.fair_reports import books, figures, papers, rows
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, enter_nameless, make_contact


def _most(patch: pytest.MonkeyPatch, n: int) -> None:
    limit = limits.Limit("fair.report_rows_at_once", "", dt.date(2026, 1, 1), None, n, "")
    patch.setattr(books, "get_limit", lambda *_: limit)


def _ask(session: Session, by: Actor, made: HeldFair) -> FairPrint | None:
    return books.ask_long_book(session, by, made.fair.public_id)


def test_the_rows_that_are_counted_are_those_of_the_sheets(
    session: Session, made: HeldFair
) -> None:
    make_contact(session, made.places[0], made.visitors[0], ContactState.INTENT)
    enter_nameless(session, made)

    listed = [rows.list_all(session, made.fair, one) for one in figures.REPORT]

    assert books.count_rows(session, made.fair) == sum(map(len, listed))


def test_a_report_is_made_in_the_background_from_the_first_row_above_the_limit(
    session: Session, made: HeldFair, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_rows = books.count_rows(session, made.fair)

    _most(monkeypatch, n_rows)
    assert _ask(session, organiser, made) is None
    _most(monkeypatch, n_rows - 1)
    row = _ask(session, organiser, made)

    assert row is not None
    assert (row.kind, row.state) == (FairPrintKind.REPORT, FairPrintState.WAITING)
    assert session.get_one(Job, row.job_id).arguments == {"print_id": row.id}


def test_who_asks_while_one_is_made_gets_that_one_and_after_a_failure_a_new_one(
    session: Session, made: HeldFair, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _most(monkeypatch, 0)
    first, second = _ask(session, organiser, made), _ask(session, organiser, made)
    assert first is not None
    assert second is first

    session.execute(sa.update(Job).values(state=JobState.FAILED))

    assert _ask(session, organiser, made) is not first


def test_nobody_asks_for_the_report_of_anothers_fair(
    session: Session, made: HeldFair, monkeypatch: pytest.MonkeyPatch
) -> None:
    _most(monkeypatch, 0)

    with pytest.raises(NotFoundError):
        _ask(session, make_actor(session, Role.FAIR_ORGANISER), made)


def test_what_is_made_in_the_background_is_what_is_handed_out_at_once(
    session: Session, made: HeldFair, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_contact(session, made.places[0], made.visitors[0], ContactState.INTENT)
    _most(monkeypatch, 0)
    row = _ask(session, organiser, made)
    assert row is not None
    steps: list[int] = []

    content = books.make(session, row, written=steps.append)

    at_once = papers.report_book(session, organiser, made.fair.public_id)
    cells = [
        [list(line.values) for grid in open_table(one, "a.xlsx")[1:] for line in grid.rows]
        for one in (content, at_once)
    ]
    assert cells[0] == cells[1]
    assert steps == list(range(1, books.N_SHEETS + 1))


def test_prints_of_posts_and_of_the_report_are_listed_apart(
    session: Session, made: HeldFair, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _most(monkeypatch, 0)
    _ask(session, organiser, made)
    prints.ask_print(session, organiser, made.fair.public_id, FairPrintKind.POSTS)

    kinds = {
        of_posts: [
            one.row.kind
            for one in prints.list_prints(
                session, organiser, made.fair.public_id, of_posts=of_posts
            )
        ]
        for of_posts in (True, False)
    }

    assert kinds == {True: [FairPrintKind.POSTS], False: [FairPrintKind.REPORT]}
