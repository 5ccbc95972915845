"""Rows of others are not there (decisions.md 18): whoever asks by number or public number is told the same.

The pages are tried by the matrix; here are the use cases, on both databases, by kind of row.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds import ImportKind, JobQueue, Role, RunState
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.ranking_runs import RankingRun
from matcher.services import (
    drives,
    employers,
    files,
    graduate_lists,
    graduates,
    job_sweep,
    jobs,
    posting_lists,
    ranking_state,
    reveals,
)
from matcher.services.files import FilePurpose
from matcher.services.imports import batches
from matcher.services.permissions import Actor, scope_of
from matcher.services.rows import get_in_scope
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.postings import make_employer, make_posting


def _run(session: Session, drive_id: int) -> RankingRun:
    run = RankingRun(
        drive_id=drive_id,
        number=1,
        drive_revision=1,
        parameters={},
        state=RunState.DONE,
        created_at=clock.now(),
    )
    session.add(run)
    session.flush()
    return run


def _file(session: Session, union: Union) -> str:
    keeper = make_actor(session, union=union)
    return files.put_file(
        session,
        keeper,
        b"x",
        purpose=FilePurpose.UPLOAD,
        file_name="a.csv",
        media_type="text/csv",
    ).public_id


def _batch(session: Session, union: Union) -> str:
    return batches.create_batch(
        session,
        make_actor(session, union=union),
        ImportKind.POSTINGS,
        drive_id=make_drive(session, union).id,
        file_name="a.csv",
        file_sha256="0" * 64,
    ).public_id


def _job(session: Session, union: Union) -> str:
    return jobs.enqueue(session, "x", {}, queue=JobQueue.BATCH, union_id=union.id).public_id


def _posting(session: Session, union: Union) -> str:
    return make_posting(session, make_drive(session, union)).public_id


def _found_run(session: Session, by: Actor, public_id: str) -> RankingRun:
    """Return a run; None is the page's word for a missing one."""
    run = ranking_state.find_run(session, by, public_id)
    if run is None:
        raise NotFoundError("not_found", "没有这次排序。")
    return run


Look = Callable[[Session, Actor, Union], Any]

LOOKS: dict[str, Look] = {
    "drive": lambda s, by, u: drives.get_drive(s, by, make_drive(s, u).id),
    "drive to manage": lambda s, by, u: drives.get_managed(s, by, make_drive(s, u).id),
    "employer": lambda s, by, u: employers.get_employer(s, by, make_employer(s, u).id),
    "graduate": lambda s, by, u: graduate_lists.get_graduate(s, by, make_graduate(s, u).id),
    "graduate to edit": lambda s, by, u: graduates.get_editable(s, by, make_graduate(s, u).id),
    "household": lambda s, by, u: get_in_scope(s, by, Household, make_household(s, u).id),
    "member": lambda s, by, u: reveals.reveal(
        s,
        by,
        ("member", make_member(s, make_household(s, u), phone="13912345678").id),
        "phone",
        reason="核对联系电话",
    ),
    "posting": lambda s, by, u: posting_lists.find_posting(s, by, _posting(s, u)),
    "batch": lambda s, by, u: batches.find_batch(s, by, _batch(s, u)),
    "file": lambda s, by, u: files.get_file(s, by, _file(s, u)),
    "job": lambda s, by, u: job_sweep.progress(s, scope_of(by), _job(s, u)),
    "run": lambda s, by, u: _found_run(s, by, _run(s, make_drive(s, u).id).public_id),
}


@pytest.mark.parametrize("kind", sorted(LOOKS))
def test_a_row_of_another_union_is_not_there(session: Session, kind: str) -> None:
    other = make_union(session)
    by = make_actor(session, Role.DRIVE_MANAGER)

    with pytest.raises(NotFoundError):
        LOOKS[kind](session, by, other)


@pytest.mark.parametrize("kind", sorted(LOOKS))
def test_a_row_of_a_union_below_is_there(session: Session, kind: str) -> None:
    city = make_union(session)
    county = make_union(session, parent=city)
    by = make_actor(session, Role.DRIVE_MANAGER, union=city)

    assert LOOKS[kind](session, by, county) is not None


@pytest.mark.parametrize("kind", sorted(set(LOOKS) - {"drive", "posting", "run"}))
def test_a_row_of_the_union_above_is_not_there(session: Session, kind: str) -> None:
    """A county sees the city's drive and postings, and nobody else's people, files or batches."""
    city = make_union(session)
    by = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session, parent=city))

    with pytest.raises(NotFoundError):
        LOOKS[kind](session, by, city)
