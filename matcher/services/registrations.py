"""Registering on a phone (自助登记): which drives take people, whose phone it is, and the record itself.

A phone account signs in before it registers, so the number typed here must be the one the code went to. The
record belongs to the nearest union of the drive by where the person is from; it stays unconfirmed
and unranked until a caseworker has looked (decisions.md 25). Consents are written as they were ticked:
RANKING not ticked is a refusal, since whoever says nothing would be ranked (`consent_acts`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError
from matcher.identity import normalise_phone
from matcher.kinds import Channel, ConsentPurpose, DriveState, Role, UnionKind
from matcher.models.accounts import Account
from matcher.models.consents import ConsentText
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union, UnionClosure
from matcher.services import accounts, sealing
from matcher.services.consent_acts import give_consent, withdraw_consent
from matcher.services.drive_entries import enter_graduates
from matcher.services.drives import list_open_drives
from matcher.services.graduate_links import confirm_registration
from matcher.services.graduates import GraduateInput, MajorInput, register_self
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing
from matcher.services.sign_in_sessions import PHONE_LOGIN
from matcher.vocabulary.regions import load_regions

ASKED = (ConsentPurpose.SERVICE, ConsentPurpose.RANKING)
"""What is asked at registration; giving data to an employer is asked later, each time."""

_GEOGRAPHIC = (UnionKind.PROVINCE, UnionKind.CITY, UnionKind.COUNTY)


@dataclass(frozen=True)
class Ticks:
    """What was agreed to: the wordings shown by purpose, and the purposes ticked."""

    texts: Mapping[ConsentPurpose, int]
    agreed: frozenset[ConsentPurpose]


def open_registrations(session: Session) -> list[Drive]:
    """Return the drives people may register for, newest first; outsiders read their neutral name only."""
    found = sa.select(Drive).where(Drive.state == DriveState.OPEN)
    return list(session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())))


def texts_in_force(
    session: Session, purposes: Collection[ConsentPurpose]
) -> dict[ConsentPurpose, ConsentText]:
    """Return the wordings in force today by purpose; one query."""
    found = sa.select(ConsentText).where(
        ConsentText.purpose.in_(purposes), ConsentText.valid_from <= clock.today()
    )
    return {text.purpose: text for text in session.scalars(found.order_by(ConsentText.version))}


def register_with_phone(
    session: Session,
    by: Actor,
    facts: GraduateInput,
    majors: Sequence[MajorInput],
    *,
    drive: str,
    ticks: Ticks,
) -> Graduate:
    """Register the person behind a phone account, with the consents as ticked.

    Parameters
    ----------
    drive : public number of an open drive

    Raises
    ------
    InvalidInputError
        The phone is not the one signed in with, the drive is not open, the service is not agreed to.
    """
    require(by, Permission.EDIT_OWN_PROFILE)
    chosen = _open_drive(session, drive)
    _check_phone(session, by, facts.phone)
    if ConsentPurpose.SERVICE not in ticks.agreed:
        message = "不同意这一项，我们就无法为你服务。可以先看看说明，想好再来。"
        raise InvalidInputError("service_not_agreed", message, fields={"service": message})
    union_id = _nearest_union(session, chosen.union_id, facts.origin_region)
    graduate = register_self(session, facts, majors, union_id=union_id)
    accounts.link_graduate(session, by, graduate.id)
    own = Actor(account_id=by.account_id, role=Role.GRADUATE, graduate_id=graduate.id)
    for purpose in ASKED:
        if purpose in ticks.agreed:
            give_consent(session, own, graduate.id, purpose, text_id=ticks.texts[purpose])
        else:
            withdraw_consent(session, own, graduate.id, purpose)
    return graduate


def _open_drive(session: Session, public_id: str) -> Drive:
    found = sa.select(Drive).where(Drive.public_id == public_id, Drive.state == DriveState.OPEN)
    drive = session.scalar(found)
    if drive is None:
        message = "这个活动现在不接收登记，换一个。"
        raise InvalidInputError("drive_not_open", message, fields={"drive": message})
    return drive


def _check_phone(session: Session, by: Actor, phone: str | None) -> None:
    """Refuse a number other than the one whose code was accepted."""
    index = ring_of(session).blind_index(normalise_phone(phone or ""), sealing.PHONES)
    login = session.scalar(sa.select(Account.login).where(Account.id == by.account_id))
    if login != PHONE_LOGIN + index:
        message = "填登录用的那个手机号；要换号码，先退出，用新号码登录。"
        raise InvalidInputError("phone_not_own", message, fields={"phone": message})


def _nearest_union(session: Session, top_id: int, region: str | None) -> int:
    """Return the lowest union below a drive's whose region holds a place; the drive's own if none does."""
    chain = load_regions().ancestors(region) if region else ()
    found = session.execute(
        sa.select(Union.id, Union.region_code)
        .join(UnionClosure, UnionClosure.descendant_id == Union.id)
        .where(UnionClosure.ancestor_id == top_id, Union.kind.in_(_GEOGRAPHIC))
        .where(Union.region_code.in_(chain))
        .order_by(Union.id)
    )
    by_region = {row.region_code: row.id for row in found}
    return next((by_region[code] for code in chain if code in by_region), top_id)


@dataclass(frozen=True)
class RegistrationPage:
    """A slice of unconfirmed self-registrations and how many there are in all."""

    rows: list[Graduate]
    total: int


def list_unconfirmed(
    session: Session, by: Actor, *, limit: int = 50, offset: int = 0
) -> RegistrationPage:
    """Return the registrations of the scope that nobody has looked at, oldest first."""
    require(by, Permission.EDIT_GRADUATES)
    kept = (
        Graduate.union_id.in_(scope_of(by).unions()),
        Graduate.is_confirmed.is_(False),
        Graduate.entered_through == Channel.SELF,
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(Graduate).where(*kept)) or 0
    found = sa.select(Graduate).options(selectinload(Graduate.majors)).where(*kept)
    ordered = found.order_by(Graduate.created_at, Graduate.id).limit(limit).offset(offset)
    return RegistrationPage(list(session.scalars(ordered)), total)


def get_registration(session: Session, by: Actor, public_id: str) -> Graduate:
    """Return a graduate of the scope by the public number, with majors and intent, for who edits them."""
    require(by, Permission.EDIT_GRADUATES)
    found = (
        sa.select(Graduate)
        .options(selectinload(Graduate.majors), selectinload(Graduate.intent))
        .where(Graduate.public_id == public_id, Graduate.union_id.in_(scope_of(by).unions()))
    )
    return first_or_missing(session, found, lock=False)


def likely_records(session: Session, by: Actor, registration: Graduate) -> list[Graduate]:
    """Return records on file that may be the same person: same name, or same phone; a person decides.

    An identity number that is on file is not looked for here: the task of the registration says so.
    """
    require(by, Permission.EDIT_GRADUATES)
    same = Graduate.name == registration.name
    if registration.phone_index is not None:
        same = sa.or_(same, Graduate.phone_index == registration.phone_index)
    found = (
        sa.select(Graduate)
        .options(selectinload(Graduate.majors))
        .where(Graduate.union_id.in_(scope_of(by).unions()), Graduate.is_confirmed)
        .where(Graduate.id != registration.id, same)
    )
    return list(session.scalars(found.order_by(Graduate.name, Graduate.id).limit(_MOST_LIKELY)))


_MOST_LIKELY = 20
"""More people of one name than this are told apart by other means."""


def confirm_and_enter(
    session: Session, by: Actor, graduate_id: int, *, expected_version: int | None = None
) -> int:
    """Confirm a registration as new and enter the person in the open drives of their union and above.

    Returns
    -------
    int : how many drives the person now takes part in
    """
    graduate = confirm_registration(session, by, graduate_id, expected_version=expected_version)
    return enter_open_drives(session, by, graduate)


def enter_open_drives(session: Session, by: Actor, graduate: Graduate) -> int:
    """Enter a graduate in the open drives of their union and of those above it; return how many."""
    require(by, Permission.EDIT_GRADUATES)
    above = set(
        session.scalars(
            sa.select(UnionClosure.ancestor_id).where(
                UnionClosure.descendant_id == graduate.union_id
            )
        )
    )
    drives = [d for d in list_open_drives(session, graduate.union_id) if d.union_id in above]
    for drive in drives:
        enter_graduates(session, by, drive.id, [graduate.id])
    return len(drives)
