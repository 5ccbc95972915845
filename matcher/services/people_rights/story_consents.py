"""Publicity (宣传报道): no story, photo or name leaves without a signed, revocable consent to that very text.

The consent is to the letters of one text, the photo's very file and the media named; a comma changed is another
text. Refusing is written down and changes nothing else: no use case of aid reads these rows.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Channel
from matcher.kinds.people_rights import DataKind, DisclosureBasis, StoryAnswer
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.people_rights import Disclosure, StoryConsent
from matcher.services import audit, files
from matcher.services.files import FilePurpose
from matcher.services.hardship import sight
from matcher.services.people_rights import disclosures, storage
from matcher.services.people_rights.storage import PersonKind
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, get_in_scope

_TEXT_COLUMN = "story_consent.text"
_LEAST_TEXT = 10

Person = tuple[PersonKind, int]


@dataclass(frozen=True)
class Story:
    """What is to be published.

    Parameters
    ----------
    text : to the letter
    media : where it may appear
    names_person : whether the real name stands in it
    photo : the photo's content, if there is one
    """

    text: str
    media: Sequence[str] = ()
    names_person: bool = False
    photo: bytes | None = None


@dataclass(frozen=True)
class SignedPaper:
    """The signed paper as it was scanned."""

    content: bytes
    media_type: str


def text_hash(text: str) -> str:
    """Return the hash of a text to the letter; only the line ends of different systems are taken as one."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def record_consent(
    session: Session, by: Actor, person: Person, story: Story, paper: SignedPaper, on: dt.date
) -> StoryConsent:
    """Record a signed consent to one text, with the paper.

    Raises
    ------
    InvalidInputError
        The text is no text, no medium is named, or the paper is empty.
    """
    union_id = _require_person(session, by, person)
    storage.require_usable(session, person)
    wrong: dict[str, str] = {}
    if len(story.text.strip()) < _LEAST_TEXT:
        wrong["text"] = "请录入将要发布的全文，一字不差。"
    if not [one for one in story.media if one.strip()]:
        wrong["media"] = "请写明在哪里发布。"
    if not paper.content:
        wrong["paper"] = "请上传本人签字的同意书。"
    if on > clock.today():
        wrong["answered_on"] = "签字日期不能晚于今天。"
    if wrong:
        raise InvalidInputError("story_incomplete", "宣传同意还没有填完整。", fields=wrong)
    signed = _keep(session, by, paper.content, paper.media_type, union_id)
    photo = _keep(session, by, story.photo, "image/jpeg", union_id) if story.photo else None
    row = _row(session, by, person, story, union_id=union_id, on=on)
    row.answer, row.paper_id, row.paper_sha256 = StoryAnswer.GIVEN, signed.id, signed.sha256
    row.photo_id, row.photo_sha256 = (photo.id, photo.sha256) if photo else (None, None)
    return _added(session, by, row, "story.consented")


def record_refusal(
    session: Session, by: Actor, person: Person, story: Story, on: dt.date
) -> StoryConsent:
    """Record that somebody does not want to be named; nothing else changes."""
    union_id = _require_person(session, by, person)
    row = _row(session, by, person, story, union_id=union_id, on=on)
    row.answer = StoryAnswer.REFUSED
    return _added(session, by, row, "story.refused")


def _added(session: Session, by: Actor, row: StoryConsent, action: str) -> StoryConsent:
    session.add(row)
    session.flush()
    audit.record(session, by, action, subject=("story_consent", row.id))
    return row


def _keep(
    session: Session, by: Actor, content: bytes, media_type: str, union_id: int
) -> StoredFile:
    return files.put_file(
        session,
        by,
        content,
        purpose=FilePurpose.SIGNED_PAPER,
        file_name="signed-paper",
        media_type=media_type,
        union_id=union_id,
    )


def _row(
    session: Session, by: Actor, person: Person, story: Story, *, union_id: int, on: dt.date
) -> StoryConsent:
    return StoryConsent(
        union_id=union_id,
        graduate_id=person[1] if person[0] == "graduate" else None,
        member_id=person[1] if person[0] == "member" else None,
        text_cipher=ring_of(session).encrypt(story.text, _TEXT_COLUMN),
        text_sha256=text_hash(story.text),
        names_person=story.names_person,
        media=[one.strip() for one in story.media if one.strip()],
        answered_on=on,
        recorded_at=clock.now(),
        recorded_by_id=by.account_id,
    )


def _require_person(session: Session, by: Actor, person: Person) -> int:
    """Return the union of a person the actor does casework for."""
    require(by, Permission.EDIT_CASES)
    kind, row_id = person
    if kind == "graduate":
        return get_in_scope(session, by, Graduate, row_id).union_id
    found = (
        sa.select(Household)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.id == row_id, sight.whole_in_sight(by))
    )
    return first_or_missing(session, found, lock=False).union_id


def release(
    session: Session, by: Actor, consent_public_id: str, story: Story, medium: str
) -> Disclosure:
    """Let a story leave to one medium; only the very text, photo and medium that were signed, and logged.

    Raises
    ------
    RuleBrokenError
        There is no live consent to this very text, photo, name or medium.
    """
    require(by, Permission.VIEW_CASES)
    found = sa.select(StoryConsent).where(
        StoryConsent.public_id == consent_public_id,
        StoryConsent.union_id.in_(scope_of(by).unions()),
    )
    consent = first_or_missing(session, found, lock=True)
    person: Person = (
        ("graduate", consent.graduate_id)
        if consent.graduate_id is not None
        else ("member", consent.member_id or 0)
    )
    storage.require_usable(session, person)
    if not _covers(consent, story, medium):
        raise RuleBrokenError(
            "story_not_consented",
            "没有本人对这份内容的书面同意：文字、照片、姓名、媒体须与同意书完全一致，且没有撤回。",
        )
    row = disclosures.note(
        session,
        by,
        subject=person,
        union_id=consent.union_id,
        passed=disclosures.Passed(
            recipient=medium,
            contact="公开发布",
            purpose="宣传报道",
            kinds=[DataKind.IMAGE, *([DataKind.IDENTITY] if story.names_person else [])],
            basis=DisclosureBasis.CONSENT,
            consent=("story_consent", consent.id),
        ),
    )
    audit.record(session, by, "story.released", subject=("story_consent", consent.id))
    return row


def _covers(consent: StoryConsent, story: Story, medium: str) -> bool:
    """Say whether a consent stands and covers exactly this."""
    photo = hashlib.sha256(story.photo).hexdigest() if story.photo else None
    return (
        consent.answer is StoryAnswer.GIVEN
        and consent.withdrawn_at is None
        and consent.text_sha256 == text_hash(story.text)
        and (photo is None or photo == consent.photo_sha256)
        and (consent.names_person or not story.names_person)
        and medium in consent.media
    )


def withdraw(
    session: Session, by: Actor, consent_public_id: str, through: Channel = Channel.ON_BEHALF
) -> StoryConsent:
    """Withdraw a consent for the person; a second time changes nothing."""
    require(by, Permission.EDIT_CASES)
    found = sa.select(StoryConsent).where(
        StoryConsent.public_id == consent_public_id,
        StoryConsent.union_id.in_(scope_of(by).unions()),
    )
    consent = first_or_missing(session, found, lock=True)
    _end(session, by, consent, through)
    return consent


def withdraw_own(session: Session, by: Actor, consent_public_id: str) -> StoryConsent:
    """Withdraw one's own consent online."""
    found = sa.select(StoryConsent).where(
        StoryConsent.public_id == consent_public_id, own_condition(by)
    )
    consent = first_or_missing(session, found, lock=True)
    _end(session, by, consent, Channel.SELF)
    return consent


def own_condition(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for what the actor said, as a graduate or as a holder."""
    if by.graduate_id is not None:
        require(by, Permission.EDIT_OWN_PROFILE)
        return StoryConsent.graduate_id == by.graduate_id
    require(by, Permission.VIEW_OWN_FILE)
    return StoryConsent.member_id == by.member_id


def _end(session: Session, by: Actor, consent: StoryConsent, through: Channel) -> None:
    if consent.withdrawn_at is None:
        consent.withdrawn_at, consent.withdrawn_through = clock.now(), through
        audit.record(session, by, "story.withdrawn", subject=("story_consent", consent.id))
        session.flush()


def end_all(session: Session, by: Actor, person: Person) -> None:
    """End every consent of a person who asked for deletion."""
    require(by, Permission.HANDLE_RIGHTS)
    column = StoryConsent.graduate_id if person[0] == "graduate" else StoryConsent.member_id
    for consent in session.scalars(sa.select(StoryConsent).where(column == person[1])):
        _end(session, by, consent, Channel.ON_BEHALF)


def open_text(session: Session, consent: StoryConsent) -> str:
    """Return the text of a consent the caller has loaded in sight."""
    return ring_of(session).decrypt(consent.text_cipher, _TEXT_COLUMN)
