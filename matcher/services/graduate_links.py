"""What only a caseworker decides about a graduate: who they are, and to which household they belong.

A phone is not an identity (decisions.md 25): a self-registration becomes a person's record only here,
by confirming it as new or by attaching it to the record that is on file.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import Channel
from matcher.models.accounts import Membership
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.services import audit, ranking_changes, sealing, tasks
from matcher.services.graduates import CONFIRM_RULE, known_error
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, get_in_scope, unique_or


def confirm_registration(
    session: Session, by: Actor, graduate_id: int, *, expected_version: int | None = None
) -> Graduate:
    """Confirm that a self-registration is a person nobody had on file; from now on ranked.

    Raises
    ------
    RuleBrokenError
        Its identity number is on file: attach it to that record, or correct the number.
    """
    require(by, Permission.EDIT_GRADUATES)
    graduate = get_in_scope(session, by, Graduate, graduate_id, lock=True)
    expect_version(graduate, expected_version)
    if graduate.is_confirmed:
        return graduate
    number = sealing.open_sealed(session, graduate, "id_number")
    with unique_or(session, known_error()):
        if number is not None:
            sealing.seal_id_number(session, graduate, number)
        graduate.is_confirmed = True
    tasks.drop_task(session, CONFIRM_RULE, ("graduate", graduate_id))
    audit.record(session, by, "graduate.confirmed", subject=("graduate", graduate_id))
    ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return graduate


def attach_registration(
    session: Session, by: Actor, registration_id: int, graduate_id: int
) -> Graduate:
    """Attach a self-registration to the record on file of the same person, and delete it.

    The sign-in and what was consented to move over, and the phone if the record has none. The record's
    own consents stand where both said something, but a refusal or withdrawal of either ends them.

    Raises
    ------
    RuleBrokenError
        The registration is confirmed, takes part in a drive, or is the record itself.
    """
    require(by, Permission.EDIT_GRADUATES)
    registration = get_in_scope(session, by, Graduate, registration_id, lock=True)
    graduate = get_in_scope(session, by, Graduate, graduate_id, lock=True)
    _require_attachable(session, registration, graduate)
    if graduate.phone_cipher is None:
        phone = sealing.open_sealed(session, registration, "phone")
        sealing.seal_phone(session, graduate, phone)
    _move_sign_in(session, registration_id, graduate_id)
    _move_consents(session, registration_id, graduate_id)
    tasks.drop_task(session, CONFIRM_RULE, ("graduate", registration_id))
    session.execute(sa.delete(Graduate).where(Graduate.id == registration_id))
    audit.record(
        session,
        by,
        "graduate.registration_attached",
        subject=("graduate", graduate_id),
        registration=registration_id,
    )
    ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return graduate


def _require_attachable(session: Session, registration: Graduate, graduate: Graduate) -> None:
    entered = sa.select(DriveEntry.id).where(DriveEntry.graduate_id == registration.id)
    if (
        registration.id == graduate.id
        or registration.is_confirmed
        or registration.entered_through is not Channel.SELF
        or session.scalar(entered.limit(1)) is not None
    ):
        raise RuleBrokenError(
            "not_attachable", "只有尚未确认、未参加活动的自助登记可以并入已有记录。"
        )


def _move_sign_in(session: Session, registration_id: int, graduate_id: int) -> None:
    """Point the registration's memberships at the record, unless the account has that one already."""
    kept = sa.select(Membership.account_id).where(Membership.graduate_id == graduate_id)
    session.execute(
        sa.update(Membership)
        .where(Membership.graduate_id == registration_id, Membership.account_id.not_in(kept))
        .values(graduate_id=graduate_id),
        execution_options={"synchronize_session": "fetch"},
    )


def _move_consents(session: Session, registration_id: int, graduate_id: int) -> None:
    """Give the record what only the registration said; a no of either stays a no."""
    said, own = _consents(session, graduate_id), _consents(session, registration_id)
    for purpose in {consent.purpose for consent in own}:
        words = [consent for consent in own if consent.purpose == purpose]
        standing = [consent for consent in said if consent.purpose == purpose]
        if not standing:
            for consent in words:
                consent.graduate_id = graduate_id
        elif all(consent.withdrawn_at is not None for consent in words):
            for consent in standing:
                _end_by(consent, words[-1])
    session.flush()


def _consents(session: Session, graduate_id: int) -> list[Consent]:
    found = sa.select(Consent).where(Consent.graduate_id == graduate_id).order_by(Consent.id)
    return list(session.scalars(found))


def _end_by(consent: Consent, refusal: Consent) -> None:
    """End a consent that stands by what the same person said elsewhere."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at = refusal.withdrawn_at
        consent.withdrawn_through = refusal.withdrawn_through


def link_household(
    session: Session,
    by: Actor,
    graduate_id: int,
    household_id: int | None,
    *,
    expected_version: int | None = None,
) -> Graduate:
    """Say to which household a confirmed graduate belongs, or to none; both within the scope.

    Raises
    ------
    RuleBrokenError
        The graduate is an unconfirmed self-registration, or the file is closed.
    """
    require(by, Permission.EDIT_GRADUATES)
    require(by, Permission.VIEW_HARDSHIP)
    graduate = get_in_scope(session, by, Graduate, graduate_id, lock=True)
    expect_version(graduate, expected_version)
    if not graduate.is_confirmed:
        raise RuleBrokenError("graduate_unconfirmed", "请先确认这条自助登记，再关联家庭档案。")
    if household_id is not None:
        household = get_in_scope(session, by, Household, household_id)
        if not household.is_open:
            raise RuleBrokenError("file_closed", "这份档案已关闭。")
    before, graduate.household_id = graduate.household_id, household_id
    audit.record(
        session,
        by,
        "graduate.household_linked",
        subject=("graduate", graduate_id),
        before=before,
        after=household_id,
    )
    session.flush()
    ranking_changes.note_graduate(session, graduate_id)
    return graduate
