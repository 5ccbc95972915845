"""A table's issuer and directory are said once for the file, reach every posting, and are undone with it."""

import hashlib
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.cli.entry import outcome
from matcher.db.engine import SessionFactory, make_engine, reading, transaction
from matcher.kinds import ImportKind, Role
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services import posting_drafts
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.imports.undoing import undo_batch
from matcher.services.permissions import Actor
from matcher.settings import Settings
from tests.factories.accounts import make_actor
from tests.factories.posting_forms import posting_input
from tests.factories.postings import make_employer, make_posting
from tests.matcher.intake.sheets import make_xlsx
from tests.matcher.services.imports.taking_in import (
    POSTINGS,
    counts,
    grids,
    posting,
    stage,
)

_SHEET = (POSTINGS, posting("A0000001"), posting("A0000002", "出纳"))


def _take_in(
    factory: SessionFactory, by: Actor, drive_id: int, *, issuer: str = "", directory: str = ""
) -> int:
    with transaction(factory) as session:
        batch_id = create_batch(
            session,
            by,
            ImportKind.POSTINGS,
            drive_id=drive_id,
            file_name="表.xlsx",
            file_sha256=hashlib.sha256(b"").hexdigest(),
            issuer=issuer,
            directory=directory,
        ).id
    stage_batch(factory, batch_id, grids(*_SHEET))
    commit_batch(factory, by, batch_id)
    return batch_id


def _said(session: Session) -> list[tuple[str | None, str | None]]:
    found = sa.select(Posting.issuer, Posting.directory).order_by(Posting.id)
    return [(row.issuer, row.directory) for row in session.execute(found)]


def test_a_tables_issuer_and_directory_reach_every_posting_of_it(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    _take_in(session_factory, manager, drive_id, issuer=" 某省委组织部 ", directory="某省2026")

    with reading(session_factory) as session:
        assert _said(session) == [("某省委组织部", "某省2026")] * 2


def test_a_file_that_says_nothing_leaves_what_was_said_before(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    _take_in(session_factory, manager, drive_id, issuer="某省委组织部")

    again = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, *_SHEET)
    commit_batch(session_factory, manager, again)

    with reading(session_factory) as session:
        assert {issuer for issuer, _ in _said(session)} == {"某省委组织部"}


def test_undoing_takes_the_issuer_back_too(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    _take_in(session_factory, manager, drive_id)
    second = _take_in(
        session_factory, manager, drive_id, issuer="某省委组织部", directory="某省2026"
    )

    assert counts(session_factory, second) == {"changed": 2, "not_data": 1}
    undo_batch(session_factory, manager, second)

    with reading(session_factory) as session:
        assert _said(session) == [(None, None)] * 2


def test_an_employer_cannot_say_that_its_text_is_somebody_elses(session: Session) -> None:
    kept = make_posting(session, issuer="某省委组织部")
    employer = make_employer(session)
    own = make_posting(session, employer=employer)
    by = make_actor(session, Role.EMPLOYER, employer=employer)
    facts = posting_input(title="会计", issuer="某省委组织部")

    posting_drafts.update_posting(session, by, own.id, facts)

    assert own.issuer is None
    assert kept.issuer == "某省委组织部"


def test_a_manager_who_says_nothing_of_the_issuer_leaves_it_and_may_clear_it(
    session: Session,
) -> None:
    issued = make_posting(session, issuer="某省委组织部")
    employer = session.get_one(Employer, issued.employer_id)
    by = make_actor(session, union=session.get_one(Union, employer.union_id))

    posting_drafts.update_posting(session, by, issued.id, posting_input(title="会计"))
    untouched = issued.issuer
    posting_drafts.update_posting(session, by, issued.id, posting_input(title="会计", issuer=""))

    assert (untouched, issued.issuer) == ("某省委组织部", None)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Give a workbook with two postings."""
    path = tmp_path / "岗位.xlsx"
    path.write_bytes(make_xlsx(_SHEET))
    return path


def test_the_command_line_takes_an_issuer_and_a_directory_for_postings_only(
    settings: Settings, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["--drive", "阳光就业", "--issuer", "某市人社局", "--directory", "某省2026", "--json"]

    taken = outcome(["import", "postings", str(sheet), *said])
    counted = json.loads(capsys.readouterr().out)["counts"]["new"]
    refused = outcome(["import", "employers", str(sheet), *said])

    assert (taken, counted, refused) == (0, 2, 1)
    engine = make_engine(settings.database_url)
    with Session(engine) as session:
        assert _said(session) == [("某市人社局", "某省2026")] * 2
    engine.dispose()
