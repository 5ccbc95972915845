"""From the referral to the training: papers leave the store with the person, and who is on the way is kept."""

import datetime as dt
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.placements import PlacementEvidence
from matcher.models.resumes import OwnResume
from matcher.services import files
from matcher.services.files import FilePurpose
from matcher.services.people_rights import anonymising, nights, personal_columns
from matcher.services.permissions import SYSTEM
from tests.factories.follow_ups import make_call_back
from tests.factories.people import make_graduate
from tests.factories.placements import make_evidence, make_placement
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral

_ON_THE_WAY = {
    "answer_link", "call_back", "evidence_owner", "hidden_employer", "interview", "own_resume", "placement",
    "placement_evidence", "placement_step", "referral", "referral_step", "seat_hold", "status_consent",
    "status_statement", "support_step", "training_attendance", "training_certificate", "training_referral",
    "training_step", "training_subsidy",
}  # fmt: skip


def test_everything_from_referral_to_training_hangs_on_the_person() -> None:
    reached = {one.table.name for one in personal_columns.reached("graduate")}

    assert reached >= _ON_THE_WAY


def _stored(session: Session, union_id: int, purpose: FilePurpose, words: str) -> StoredFile:
    return files.put_file(
        session,
        SYSTEM,
        words.encode(),
        purpose=purpose,
        file_name="paper.pdf",
        media_type="application/pdf",
        union_id=union_id,
    )


def _with_papers(session: Session) -> tuple[Graduate, PlacementEvidence, list[Path]]:
    """Insert a person with a résumé and a contract in the store; return also where their contents lie."""
    graduate = make_graduate(session, created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    resume = _stored(session, graduate.union_id, FilePurpose.OWN_RESUME, "resume")
    contract = _stored(session, graduate.union_id, FilePurpose.PLACEMENT_PAPER, "contract")
    session.add(OwnResume(graduate_id=graduate.id, file_id=resume.id, uploaded_at=clock.now()))
    placement = make_placement(session, graduate, recorded_at=graduate.created_at)
    paper = make_evidence(session, placement, file_id=contract.id, sha256=contract.sha256)
    root = settings_of(session).files
    paths = [root / one.sha256[:2] / one.sha256 for one in (resume, contract)]
    for path in paths:
        os.utime(path, (0, 0))
    return graduate, paper, paths


def test_the_papers_of_who_is_anonymous_leave_the_store(session: Session) -> None:
    graduate, paper, paths = _with_papers(session)
    session.commit()
    assert [path.exists() for path in paths] == [True, True]

    anonymising.anonymise_graduate(session, graduate.id, "test", clock.today())
    session.commit()
    files.expire_files(session)
    session.commit()
    files.sweep_files(session)

    session.refresh(paper)
    assert [path.exists() for path in paths] == [False, False]
    assert session.scalar(sa.select(sa.func.count()).select_from(OwnResume)) == 0
    assert (paper.file_id, paper.sha256) != (None, None)


def test_a_paper_that_is_only_a_number_is_emptied_too(session: Session) -> None:
    graduate = make_graduate(session)
    paper = make_evidence(
        session,
        make_placement(session, graduate),
        sha256=None,
        number_cipher=b"1",
        number_index="abc",
        number_masked="1***",
    )

    anonymising.anonymise_graduate(session, graduate.id, "test", clock.today())

    session.refresh(paper)
    assert (paper.number_cipher, paper.number_masked) == (None, None)
    assert paper.number_index == f"~{paper.id}"


@pytest.mark.parametrize("way", ["referral", "call_back", "job"])
def test_who_is_on_the_way_to_a_job_is_kept(session: Session, way: str) -> None:
    graduate = make_graduate(session, created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    if way == "referral":
        make_referral(session, make_posting(session, headcount=1), graduate)
    else:
        since = clock.now() if way == "job" else graduate.created_at
        placement = make_placement(session, graduate, recorded_at=since)
        if way == "call_back":
            make_call_back(session, placement)

    assert nights.anonymise_graduates(session)[0] == 0
