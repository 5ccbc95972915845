"""Imports write what postings offer into their log, and undoing one never takes it away."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ImportKind, PostingState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.service_events import PostingStep
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.undoing import undo_batch
from matcher.services.permissions import Actor
from tests.factories.cohorts import make_cohort_act
from tests.matcher.services.imports.taking_in import (
    GRADUATES,
    POSTINGS,
    graduate,
    posting,
    stage,
)

_HEADS = [*POSTINGS, "是否公益性岗位"]


def _acts(session: Session) -> list[tuple[str, PostingState, int, bool]]:
    found = sa.select(PostingStep).order_by(PostingStep.id)
    return [
        (step.act, step.after, step.n_seats, step.is_public_welfare)
        for step in session.scalars(found)
    ]


def test_a_column_or_the_words_say_that_a_posting_is_of_public_welfare(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = (
        [*posting("A0000001"), "是"],
        [*posting("A0000002", "公益性岗位保洁"), "否"],
        [*posting("A0000003", "社区公益性岗位"), ""],
        [*posting("A0000004", "公益项目专员"), ""],
    )

    batch = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, _HEADS, *rows)
    commit_batch(session_factory, manager, batch)

    with reading(session_factory) as session:
        said = session.scalars(sa.select(Posting.is_public_welfare).order_by(Posting.id)).all()
        steps = [one[3] for one in _acts(session)]
    assert said == steps == [True, False, True, False]


def test_an_undone_import_stays_in_the_log_as_removed(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = stage(
        session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A0000001")
    )
    commit_batch(session_factory, manager, batch)

    undo_batch(session_factory, manager, batch)

    with reading(session_factory) as session:
        acts = _acts(session)
        assert session.scalar(sa.select(sa.func.count(Posting.id))) == 0
    assert [act for act, *_ in acts] == ["imported", "removed"]
    assert acts[1][1:3] == (PostingState.CLOSED, 0)


def test_the_same_table_again_writes_no_second_row(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    for _ in range(2):
        batch = stage(
            session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A0000001")
        )
        commit_batch(session_factory, manager, batch)

    with reading(session_factory) as session:
        assert [act for act, *_ in _acts(session)] == ["imported"]


def test_who_was_counted_in_a_census_is_not_undone(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = stage(
        session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, graduate("甲")
    )
    commit_batch(session_factory, manager, batch)
    with transaction(session_factory) as session:
        person = session.scalars(sa.select(Graduate)).one()
        make_cohort_act(session, session.get_one(Drive, drive_id), person)

    report = undo_batch(session_factory, manager, batch)

    assert (report.removed, len(report.kept)) == (0, 1)
