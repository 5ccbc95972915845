"""What the outside reads of a drive (对外名称、署名、联系方式): never its own name, which may tell too much.

Employer pages, mails, exports and documents take these words and no others; the drive's page changes them.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.drives import get_managed, is_telling, list_open_drives
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.employer_people import own
from matcher.services.rows import expect_version, first_or_missing


@dataclass(frozen=True)
class NeutralNames:
    """The words of one drive for the outside.

    Parameters
    ----------
    name : what it is called (对外名称)
    sender : who signs (对外署名); the name where none is set
    contact : where to ask (对外联系方式); empty where none is set
    """

    name: str
    sender: str
    contact: str


def names_of(drive: Drive) -> NeutralNames:
    """Return a drive's words for the outside."""
    return NeutralNames(
        name=drive.neutral_name,
        sender=drive.neutral_sender or drive.neutral_name,
        contact=drive.neutral_contact or "",
    )


def of_drive(session: Session, by: Actor, drive_id: int) -> NeutralNames:
    """Return the words of a drive in which somebody was referred to the employer."""
    known = sa.select(Referral.drive_id).where(own(by))
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.id.in_(known))
    return names_of(first_or_missing(session, found, lock=False))


def of_employer(session: Session, by: Actor) -> NeutralNames | None:
    """Return the words of the newest open drive of an employer's union; None while there is none."""
    require(by, Permission.ANSWER_REFERRALS)
    place = sa.select(Employer.union_id).where(Employer.id == by.employer_id)
    union_id = session.scalar(place)
    drives = list_open_drives(session, union_id) if union_id is not None else []
    return names_of(drives[0]) if drives else None


@dataclass(frozen=True)
class OutsideWords:
    """What a drive's page sets: its words for the outside, and whether employers choose blind (盲选)."""

    name: str
    sender: str | None
    contact: str | None
    is_blind: bool


def set_words(
    session: Session,
    by: Actor,
    drive_id: int,
    wish: OutsideWords,
    *,
    expected_version: int | None = None,
) -> Drive:
    """Change what the outside reads of a drive.

    Raises
    ------
    InvalidInputError
        The name is missing, or a word tells of somebody's status.
    RuleBrokenError
        The drive is over.
    """
    drive = get_managed(session, by, drive_id)
    expect_version(drive, expected_version)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再修改参数。")
    _check(wish)
    drive.neutral_name = wish.name.strip()
    drive.neutral_sender = (wish.sender or "").strip() or None
    drive.neutral_contact = (wish.contact or "").strip() or None
    drive.is_blind = wish.is_blind
    subject = ("drive", drive_id)
    audit.record(session, by, "drive.names_set", subject=subject, is_blind=wish.is_blind)
    session.flush()
    return drive


def _check(wish: OutsideWords) -> None:
    told = {
        "neutral_name": wish.name,
        "neutral_sender": wish.sender or "",
        "neutral_contact": wish.contact or "",
    }
    fields = {
        name: "不能出现困难、零就业、帮扶等字样，以免暴露求职者的家庭情况。"
        for name, words in told.items()
        if is_telling(words)
    }
    if not wish.name.strip():
        fields["neutral_name"] = "请填写对外名称。"
    if fields:
        raise InvalidInputError("drive_input", "活动信息有误，请修改标出的项目。", fields=fields)
