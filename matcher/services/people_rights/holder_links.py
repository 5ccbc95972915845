"""Signing in of holders (户主本人登录): a caseworker links a phone account to a holder after seeing the document.

A phone is not an identity (decisions.md 25), and phones are shared in families: the phone of a graduate's account is
refused for somebody else, since one account would then see both, a parent an adult child's offers.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.services import audit, phone_codes
from matcher.services.hardship import sight
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or


def _holder(session: Session, by: Actor, household_id: int) -> HouseholdMember:
    """Return the holder of a file the actor sees whole."""
    require(by, Permission.EDIT_FILES)
    found = (
        sa.select(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(Household.id == household_id, sight.whole_in_sight(by), HouseholdMember.is_holder)
    )
    return first_or_missing(session, found, lock=True)


def find_link(session: Session, by: Actor, household_id: int) -> Account | None:
    """Return the account by which the holder of a file reads it, or None."""
    return _account(session, _holder(session, by, household_id).id)


def _live(member_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Membership.member_id == member_id, Membership.ended_on.is_(None))


def _account(session: Session, member_id: int) -> Account | None:
    found = sa.select(Account).join(Membership, Membership.account_id == Account.id)
    return session.scalar(found.where(_live(member_id)).limit(1))


def link_holder(
    session: Session, by: Actor, household_id: int, phone: str, *, document_seen: bool
) -> Membership:
    """Let a phone sign in to the file of a holder who stands at the counter; another phone's link ends.

    Raises
    ------
    RuleBrokenError
        Nobody saw the identity document, or the phone is somebody else's account.
    """
    holder = _holder(session, by, household_id)
    if not document_seen:
        raise RuleBrokenError("document_not_seen", "请先当面核对本人身份证件，再开通本人查阅。")
    account_id = phone_codes.account_of(session, phone)
    _require_free(session, account_id, holder)
    standing = sa.select(Membership).where(_live(holder.id)).with_for_update()
    for membership in session.scalars(standing):
        if membership.account_id == account_id:
            return membership
        membership.ended_on = clock.today()
    session.flush()
    taken = RuleBrokenError("phone_of_other_person", "这个手机号已经用于另一个人的账号。")
    made = Membership(account_id=account_id, role=Role.HOLDER, member_id=holder.id)
    with unique_or(session, taken):
        session.add(made)
    audit.record(
        session,
        by,
        "holder.linked",
        subject=("member", holder.id),
        on_behalf_of=holder.id,
        account=account_id,
    )
    return made


def _require_free(session: Session, account_id: int, holder: HouseholdMember) -> None:
    """Refuse a phone whose account belongs to another person: a graduate of the family, or another holder."""
    of_graduate = sa.select(Graduate.id).join(Membership, Membership.graduate_id == Graduate.id)
    live = sa.and_(Membership.account_id == account_id, Membership.ended_on.is_(None))
    others = of_graduate.where(live)
    if holder.graduate_id is not None:
        others = others.where(Graduate.id != holder.graduate_id)
    of_member = sa.select(Membership.id).where(
        live, Membership.member_id.is_not(None), Membership.member_id != holder.id
    )
    if session.scalar(others.limit(1)) is not None or session.scalar(of_member) is not None:
        raise RuleBrokenError(
            "phone_of_other_person",
            "这个手机号已经用于另一个人的账号；家人合用手机时，请本人换一个号码。",
        )


def unlink_holder(session: Session, by: Actor, household_id: int) -> int:
    """End the link of a holder's phone; return how many ended."""
    holder = _holder(session, by, household_id)
    ended = session.scalars(sa.select(Membership).where(_live(holder.id)).with_for_update()).all()
    for membership in ended:
        membership.ended_on = clock.today()
        audit.record(
            session,
            by,
            "holder.unlinked",
            subject=("member", holder.id),
            account=membership.account_id,
        )
    session.flush()
    return len(ended)
