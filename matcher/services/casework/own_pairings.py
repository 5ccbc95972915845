"""What a partner sees and does (结对帮扶人): name, contact, agreed help, rhythm; recording a contact. Nothing else.

No household, tier, case, need or note is read here. The graduate's consent is asked for at every reading; an ended
pairing answers like a missing one.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds import TaskState
from matcher.kinds.casework import ContactChannel
from matcher.models.accounts import Account
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.help_requests import Pairing, PairingContact
from matcher.services import audit, sealing, tasks
from matcher.services.casework.pairings import (
    CONTACT_RULE,
    SUBJECT,
    get_pairing,
    live_consent,
    pairing_in_sight,
)
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing

_NOTE = "pairing_contact.note"


def _own(by: Actor) -> sa.ColumnElement[bool]:
    require(by, Permission.VIEW_OWN_PAIRINGS)
    return sa.and_(Pairing.partner_id == by.account_id, Pairing.ended_on.is_(None), live_consent())


@dataclass(frozen=True)
class OwnPairing:
    """What the partner may know of the person."""

    public_id: str
    name: str
    phone_masked: str | None
    agreed_help: str
    rhythm_days: int
    last_contact_on: dt.date | None
    next_on: dt.date


def next_contact_on(pairing: Pairing) -> dt.date:
    """Return the day by which the next contact is due."""
    since = pairing.last_contact_on or pairing.started_on
    return since + dt.timedelta(days=pairing.rhythm_days)


def own_pairings(session: Session, by: Actor) -> list[OwnPairing]:
    """Return the actor's own running pairings the person still agrees to, the next due first."""
    found = (
        sa.select(Pairing, Graduate.name, Graduate.phone_masked)
        .join(Graduate, Graduate.id == Pairing.graduate_id)
        .where(_own(by))
        .order_by(Pairing.id)
    )
    rows = [
        OwnPairing(
            pairing.public_id,
            name,
            phone,
            pairing.agreed_help,
            pairing.rhythm_days,
            pairing.last_contact_on,
            next_contact_on(pairing),
        )
        for pairing, name, phone in session.execute(found)
    ]
    return sorted(rows, key=lambda row: row.next_on)


def _get_own(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> Pairing:
    found = sa.select(Pairing).where(Pairing.public_id == public_id, _own(by))
    return first_or_missing(session, found, lock=lock)


def reveal_own_phone(session: Session, by: Actor, public_id: str) -> str:
    """Return the person's phone for calling; it is logged with the pairing as its purpose."""
    pairing = _get_own(session, by, public_id)
    graduate = session.get_one(Graduate, pairing.graduate_id)
    phone = sealing.open_sealed(session, graduate, "phone")
    if phone is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(
        session,
        by,
        "number.revealed",
        subject=("graduate", graduate.id),
        field="phone",
        reason="结对联系",
        pairing=pairing.id,
    )
    return phone


def record_contact(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    happened_on: dt.date,
    channel: ContactChannel,
    note: str | None = None,
) -> PairingContact:
    """Record a contact of one's own pairing."""
    pairing = _get_own(session, by, public_id, lock=True)
    return _write(session, by, pairing, happened_on, channel, note)


def record_contact_of(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    happened_on: dt.date,
    channel: ContactChannel,
    note: str | None = None,
) -> PairingContact:
    """Record a contact told by a partner who has no account; for the caseworker of the case."""
    require(by, Permission.EDIT_CASES)
    pairing = get_pairing(session, by, public_id, lock=True)
    return _write(session, by, pairing, happened_on, channel, note)


def _write(
    session: Session,
    by: Actor,
    pairing: Pairing,
    happened_on: dt.date,
    channel: ContactChannel,
    note: str | None,
) -> PairingContact:
    if not pairing.started_on <= happened_on <= clock.today():
        message = "联系日期应在结对之后、今天或以前。"
        raise InvalidInputError("pairing_input", message, fields={"happened_on": message})
    contact = PairingContact(
        pairing_id=pairing.id,
        happened_on=happened_on,
        channel=channel,
        note_cipher=seal(session, note, _NOTE),
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(contact)
    pairing.last_contact_on = max(happened_on, pairing.last_contact_on or happened_on)
    standing = tasks.find_open_task(session, CONTACT_RULE, (SUBJECT, pairing.id))
    if standing is not None and next_contact_on(pairing) > clock.today():
        tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=by.account_id)
    session.flush()
    audit.record(
        session, by, "pairing.contact_recorded", subject=(SUBJECT, pairing.id), contact=contact.id
    )
    return contact


@dataclass(frozen=True)
class PairingLine:
    """A pairing as the union sees it."""

    pairing: Pairing
    name: str
    case_public_id: str | None
    partner: str
    has_consent: bool
    next_on: dt.date


def list_pairings(
    session: Session, by: Actor, *, graduate_id: int | None = None, ended: bool = False
) -> list[PairingLine]:
    """Return the pairings of the cases the actor sees whole; one query."""
    found = (
        sa.select(
            Pairing,
            Graduate.name,
            GraduateCase.public_id,
            Account.display_name,
            live_consent().label("has_consent"),
        )
        .join(Graduate, Graduate.id == Pairing.graduate_id)
        .outerjoin(
            GraduateCase,
            sa.and_(
                GraduateCase.graduate_id == Pairing.graduate_id, GraduateCase.closed_on.is_(None)
            ),
        )
        .outerjoin(Account, Account.id == Pairing.partner_id)
        .where(pairing_in_sight(by))
        .order_by(Pairing.ended_on.is_not(None), Pairing.id.desc())
    )
    if not ended:
        found = found.where(Pairing.ended_on.is_(None))
    if graduate_id is not None:
        found = found.where(Pairing.graduate_id == graduate_id)
    return [
        PairingLine(
            pairing,
            name,
            case,
            partner or pairing.partner_unit or "",
            bool(consent),
            next_contact_on(pairing),
        )
        for pairing, name, case, partner, consent in session.execute(found)
    ]


def contacts_of(
    session: Session, by: Actor, public_id: str
) -> list[tuple[PairingContact, str | None]]:
    """Return the contacts of a pairing with their notes, newest first."""
    pairing = get_pairing(session, by, public_id)
    found = sa.select(PairingContact).where(PairingContact.pairing_id == pairing.id)
    rows = session.scalars(
        found.order_by(PairingContact.happened_on.desc(), PairingContact.id.desc())
    )
    return [(row, unseal(session, row.note_cipher, _NOTE)) for row in rows]
