"""Evidence is what its bytes say, one person's only, kept under lock, and never the papers of an internship."""

import zlib

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.placements import (
    EvidenceKind,
    PlacementState,
    PlacementWarning,
    RevocationReason,
)
from matcher.models.audit import AuditEntry
from matcher.models.files import StoredFile
from matcher.models.organisations import Union
from matcher.models.placements import EvidenceOwner, PlacementAlert
from matcher.services import files
from matcher.services.permissions import Actor
from matcher.services.placements import alerts, evidence, reviewing, submitting
from matcher.services.placements.evidence import EvidenceInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.placements import make_evidence, make_placement, pdf

_K = EvidenceKind
_JPEG = b"\xff\xd8\xff\xe0" + b"\x10" * 40 + b"\xff\xd9"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


_PNG = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", b"\x00" * 13) + _chunk(b"IEND", b"")


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _placement_of(session: Session, union: Union, **changes: object) -> int:
    return make_placement(session, make_graduate(session, union), **changes).id


@pytest.mark.parametrize(
    ("content", "media"),
    [(pdf(), "application/pdf"), (_JPEG, "image/jpeg"), (_PNG, "image/png")],
)
def test_a_file_is_what_its_bytes_say_hashed_and_kept_under_a_neutral_name(
    session: Session, union: Union, clerk: Actor, content: bytes, media: str
) -> None:
    paper = EvidenceInput(kind=_K.CONTRACT, content=content)

    row = evidence.add_evidence(session, clerk, _placement_of(session, union), paper)

    stored = session.get_one(StoredFile, row.file_id)
    assert (stored.media_type, stored.sha256, stored.purpose) == (
        media,
        row.sha256,
        files.FilePurpose.PLACEMENT_PAPER.value,
    )
    assert stored.file_name.startswith("paper-")


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 program",
        b"<html><script>alert(1)</script></html>",
        b"PK\x03\x04 archive",
        b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n",
        b"%PDF-1.4\n1 0 obj<</S/J#61vaScript>>endobj\n%%EOF\n",
        b"%PDF-1.4\n1 0 obj<</Type/EmbeddedFile>>endobj\n%%EOF\n",
        b"%PDF-1.4\ntrailer<</Encrypt 5 0 R>>\n%%EOF\n",
        b"%PDF-1.4\n cut off",
        _JPEG + b"<script>alert(1)</script>",
        _PNG + b"PK\x03\x04 archive behind the picture",
        b"\x89PNG\r\n\x1a\n cut off",
    ],
)
def test_other_files_and_active_content_are_refused(
    session: Session, union: Union, clerk: Actor, content: bytes
) -> None:
    paper = EvidenceInput(kind=_K.CONTRACT, content=content)

    with pytest.raises(InvalidInputError) as refused:
        evidence.add_evidence(session, clerk, _placement_of(session, union), paper)

    assert "content" in refused.value.details["fields"]
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_a_file_that_is_too_large_is_refused(session: Session, union: Union, clerk: Actor) -> None:
    large = EvidenceInput(kind=_K.CONTRACT, content=pdf() + b" " * (10 * 1024 * 1024))

    with pytest.raises(InvalidInputError):
        evidence.add_evidence(session, clerk, _placement_of(session, union), large)


def test_papers_of_an_internship_are_refused_in_the_words_of_the_rule(
    session: Session, union: Union, clerk: Actor
) -> None:
    placement = make_placement(session, make_graduate(session, union))
    paper = EvidenceInput(kind=_K.INTERNSHIP_PAPER, content=pdf())

    with pytest.raises(RuleBrokenError) as refused:
        evidence.add_evidence(session, clerk, placement.id, paper)

    assert refused.value.code == "internship_no_proof"
    assert "不准将毕业生顶岗实习、见习证明材料作为就业证明材料" in refused.value.message
    with pytest.raises(IntegrityError), session.begin_nested():
        make_evidence(session, placement, _K.INTERNSHIP_PAPER)


def test_the_same_personal_file_never_proves_two_peoples_jobs(
    session: Session, union: Union, clerk: Actor
) -> None:
    first, second = _placement_of(session, union), _placement_of(session, union)
    paper = EvidenceInput(kind=_K.CONTRACT, content=pdf("same"))
    evidence.add_evidence(session, clerk, first, paper)

    with pytest.raises(RuleBrokenError) as refused:
        evidence.add_evidence(session, clerk, second, paper)
    assert refused.value.code == "evidence_of_another"

    other_name = EvidenceInput(kind=_K.SOCIAL_INSURANCE, content=pdf("same"))
    with pytest.raises(RuleBrokenError):
        evidence.add_evidence(session, clerk, second, other_name)
    evidence.add_evidence(session, clerk, first, paper)


def test_the_same_number_never_proves_two_peoples_destinations(
    session: Session, union: Union, clerk: Actor
) -> None:
    first, second = _placement_of(session, union), _placement_of(session, union)
    row = evidence.add_evidence(
        session, clerk, first, EvidenceInput(kind=_K.CHECK_NUMBER, number="NX2026-0718 55")
    )

    assert row.number_masked == "*" * 9 + "1855"[-4:]
    assert b"NX2026" not in (row.number_cipher or b"")
    with pytest.raises(RuleBrokenError) as refused:
        evidence.add_evidence(
            session, clerk, second, EvidenceInput(kind=_K.CHECK_NUMBER, number="nx2026-071855")
        )
    assert refused.value.code == "evidence_of_another"
    assert session.scalar(sa.select(sa.func.count()).select_from(EvidenceOwner)) == 1


def test_a_paper_that_names_several_is_taken_for_each_and_warned_of(
    session: Session, union: Union, clerk: Actor
) -> None:
    ids = [_placement_of(session, union, signed_on=None, contract_from_on=None) for _ in range(2)]
    listing = EvidenceInput(kind=_K.SOCIAL_INSURANCE, content=pdf("list of a firm"))
    for one in ids:
        evidence.add_evidence(session, clerk, one, listing)

    with pytest.raises(InvalidInputError) as refused:
        submitting.submit(session, clerk, ids[1])

    assert PlacementWarning.EVIDENCE_SHARED.value in refused.value.details["warnings"]


def test_what_was_settled_takes_no_more_papers(
    session: Session, union: Union, clerk: Actor
) -> None:
    done = _placement_of(session, union, state=PlacementState.VERIFIED)

    with pytest.raises(RuleBrokenError) as refused:
        evidence.add_evidence(session, clerk, done, EvidenceInput(kind=_K.CONTRACT, content=pdf()))

    assert refused.value.code == "placement_settled"


def test_a_piece_that_was_withdrawn_stays_on_record_and_proves_nothing(
    session: Session, union: Union, clerk: Actor
) -> None:
    placement = make_placement(session, make_graduate(session, union))
    row = evidence.add_evidence(
        session, clerk, placement.id, EvidenceInput(kind=_K.CONTRACT, content=pdf())
    )

    evidence.withdraw_evidence(session, clerk, placement.id, row.public_id)

    assert row.withdrawn_at is not None
    assert not submitting.standing_proofs(session, placement, submitting.destination_now(placement))


_PAPERS = [
    EvidenceInput(kind=_K.CONTRACT, content=pdf("put on the wrong one")),
    EvidenceInput(kind=_K.CHECK_NUMBER, number="NX2026-071855"),
]


@pytest.mark.parametrize("paper", _PAPERS)
def test_a_paper_put_on_the_wrong_person_and_withdrawn_proves_the_right_one(
    session: Session, union: Union, clerk: Actor, paper: EvidenceInput
) -> None:
    wrong, right = _placement_of(session, union), _placement_of(session, union)
    row = evidence.add_evidence(session, clerk, wrong, paper)
    with pytest.raises(RuleBrokenError):
        evidence.add_evidence(session, clerk, right, paper)

    evidence.withdraw_evidence(session, clerk, wrong, row.public_id)
    evidence.add_evidence(session, clerk, right, paper)

    alerts.look(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(PlacementAlert)) == 0
    with pytest.raises(RuleBrokenError) as refused:
        evidence.add_evidence(session, clerk, wrong, paper)
    assert refused.value.code == "evidence_of_another"


def test_a_paper_another_piece_of_the_person_still_bears_stays_the_persons(
    session: Session, union: Union, clerk: Actor
) -> None:
    own, other = _placement_of(session, union), _placement_of(session, union)
    row, twin = (evidence.add_evidence(session, clerk, own, _PAPERS[0]) for _ in range(2))

    evidence.withdraw_evidence(session, clerk, own, row.public_id)

    with pytest.raises(RuleBrokenError) as refused:
        evidence.add_evidence(session, clerk, other, _PAPERS[0])
    assert refused.value.code == "evidence_of_another"
    evidence.withdraw_evidence(session, clerk, own, twin.public_id)
    evidence.add_evidence(session, clerk, other, _PAPERS[0])


@pytest.mark.parametrize("reason", [RevocationReason.MISTAKE, RevocationReason.UNTRUE])
def test_revoking_as_a_mistake_frees_its_papers_and_no_other_reason_does(
    session: Session, union: Union, clerk: Actor, reason: RevocationReason
) -> None:
    wrong, right = _placement_of(session, union), _placement_of(session, union)
    evidence.add_evidence(session, clerk, wrong, _PAPERS[0])

    reviewing.revoke(session, clerk, wrong, reason, "登记到了别人名下")

    owners = list(session.scalars(sa.select(EvidenceOwner.mark)))
    assert len(owners) == (reason is not RevocationReason.MISTAKE)
    if not owners:
        evidence.add_evidence(session, clerk, right, _PAPERS[0])


def test_reading_a_file_is_logged_and_nobody_else_reads_it(
    session: Session, union: Union, clerk: Actor
) -> None:
    placement = make_placement(session, make_graduate(session, union))
    row = evidence.add_evidence(
        session, clerk, placement.id, EvidenceInput(kind=_K.CONTRACT, content=pdf("read"))
    )
    reviewer = make_actor(session, Role.REVIEWER, union=union)
    own = make_actor(session, Role.GRADUATE, graduate=make_graduate(session, union))

    _, content = evidence.read_evidence(session, reviewer, placement.id, row.public_id)

    assert content == pdf("read")
    session.commit()
    read = sa.select(AuditEntry.actor_id).where(AuditEntry.action == "placement.evidence_read")
    assert session.scalars(read).all() == [reviewer.account_id]
    for stranger in (make_actor(session, Role.REVIEWER), own):
        with pytest.raises(NotFoundError):
            evidence.read_evidence(session, stranger, placement.id, row.public_id)
    auditor = make_actor(session, Role.AUDITOR, union=union)
    with pytest.raises(NotAllowedError):
        evidence.read_evidence(session, auditor, placement.id, row.public_id)
    stored = session.get_one(StoredFile, row.file_id)
    with pytest.raises(NotAllowedError):
        files.get_file(session, clerk, stored.public_id)
