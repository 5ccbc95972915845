"""One placement as the union reads it (去向): words opened, papers with who put and who judged them, all its steps."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.placements import EvidenceKind, PlacementWarning
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.files import StoredFile
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement, PlacementEvidence, PlacementStep
from matcher.models.referrals import Referral
from matcher.policy.destinations import Destination, load_evidence_rules, proves
from matcher.services.casework.cases import whole_case_in_sight
from matcher.services.casework.sealed_words import unseal
from matcher.services.permissions import Actor, Permission, may
from matcher.services.placements import own, recording, reviewing, stepping
from matcher.services.placements.sight import find_placement
from matcher.services.placements.submitting import destination_now
from matcher.services.placements.warnings import find_warnings


@dataclass(frozen=True)
class Paper:
    """A piece of evidence with who put it there and who judged it."""

    row: PlacementEvidence
    size_bytes: int | None
    entered_by: str | None
    checked_by: str | None
    words: str | None
    proves: bool
    grade: str
    """How well it is known that this kind proves something."""


@dataclass(frozen=True)
class StepLine:
    """One step with who did it and the words said."""

    step: PlacementStep
    by: str | None
    words: str | None


@dataclass(frozen=True)
class WholePlacement:
    """A placement with what stands around it.

    Parameters
    ----------
    case_public_id, referral_public_id : for who may open them
    warnings : what is warned of now; `told` was answered with a reason
    may_check : whether this actor may check it, not being who recorded or uploaded
    """

    placement: Placement
    destination: Destination
    graduate: Graduate
    case_public_id: str | None
    referral_public_id: str | None
    drive_name: str | None
    papers: list[Paper]
    steps: list[StepLine]
    warnings: list[PlacementWarning]
    warning_reason: str | None
    person_words: str | None
    recorded_by: str | None
    may_check: bool
    wanted: list[EvidenceKind]


def read_placement(session: Session, by: Actor, public_id: str) -> WholePlacement:
    """Return one placement in sight with everything its page shows."""
    placement = find_placement(session, by, public_id)
    destination = destination_now(placement)
    checks = may(by, Permission.CHECK_PLACEMENTS)
    entered = stepping.entered_by(session, placement)
    return WholePlacement(
        placement=placement,
        destination=destination,
        graduate=session.get_one(Graduate, placement.graduate_id),
        case_public_id=_case(session, by, placement),
        referral_public_id=_referral(session, by, placement),
        drive_name=session.scalar(sa.select(Drive.name).where(Drive.id == placement.drive_id)),
        papers=papers_of(session, placement, destination),
        steps=steps_of(session, placement),
        warnings=find_warnings(session, placement, destination),
        warning_reason=unseal(session, placement.warning_reason_cipher, recording.REASON),
        person_words=unseal(session, placement.person_words_cipher, own.WORDS),
        recorded_by=_name(session, placement.recorded_by_id),
        may_check=checks and by.account_id not in entered,
        wanted=sorted(destination.evidence, key=list(EvidenceKind).index),
    )


def _case(session: Session, by: Actor, placement: Placement) -> str | None:
    if placement.case_id is None or not may(by, Permission.VIEW_CASES):
        return None
    found = sa.select(GraduateCase.public_id).where(
        GraduateCase.id == placement.case_id, whole_case_in_sight(by)
    )
    return session.scalar(found)


def _referral(session: Session, by: Actor, placement: Placement) -> str | None:
    if placement.referral_id is None or not may(by, Permission.VIEW_REFERRALS):
        return None
    return session.scalar(sa.select(Referral.public_id).where(Referral.id == placement.referral_id))


def _name(session: Session, account_id: int | None) -> str | None:
    return session.scalar(sa.select(Account.display_name).where(Account.id == account_id))


def papers_of(session: Session, placement: Placement, destination: Destination) -> list[Paper]:
    """Return the pieces of a placement in sight, oldest first; one query."""
    uploader, checker = aliased(Account), aliased(Account)
    found = (
        sa.select(
            PlacementEvidence, StoredFile.size_bytes, uploader.display_name, checker.display_name
        )
        .outerjoin(StoredFile, StoredFile.id == PlacementEvidence.file_id)
        .outerjoin(uploader, uploader.id == PlacementEvidence.entered_by_id)
        .outerjoin(checker, checker.id == PlacementEvidence.checked_by_id)
        .where(PlacementEvidence.placement_id == placement.id)
        .order_by(PlacementEvidence.id)
    )
    rules = load_evidence_rules()
    return [
        Paper(
            row=row,
            size_bytes=size,
            entered_by=entered,
            checked_by=checked,
            words=unseal(session, row.note_cipher, reviewing.NOTE),
            proves=proves(destination, row.kind),
            grade=rules[row.kind].grade,
        )
        for row, size, entered, checked in session.execute(found)
    ]


def steps_of(session: Session, placement: Placement) -> list[StepLine]:
    """Return the steps of a placement in sight, newest first; one query."""
    found = (
        sa.select(PlacementStep, Account.display_name)
        .outerjoin(Account, Account.id == PlacementStep.by_account_id)
        .where(PlacementStep.placement_id == placement.id)
        .order_by(PlacementStep.id.desc())
    )
    return [
        StepLine(step, name, unseal(session, step.words_cipher, stepping.WORDS))
        for step, name in session.execute(found)
    ]
