"""Accounts of employers' agents (单位经办人账号): opened by a clerk once the employer is verified.

The clerk may check papers but not make accounts in general; what is made here has the employer's
role at this one employer and nothing else.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import EmployerState, Role
from matcher.models.accounts import Account, Membership
from matcher.models.employers import Employer
from matcher.services import accounts, audit
from matcher.services.permissions import SYSTEM, Actor, Permission, require
from matcher.services.rows import get_in_scope


def open_agent(
    session: Session,
    by: Actor,
    employer_id: int,
    *,
    login: str,
    display_name: str,
    password_hash: str,
) -> Account:
    """Open an account for the agent of a verified employer.

    Raises
    ------
    InvalidInputError
        The sign-in name is taken.
    RuleBrokenError
        The employer is not verified.
    """
    require(by, Permission.VERIFY_EMPLOYER)
    employer = get_in_scope(session, by, Employer, employer_id, lock=True)
    if employer.state is not EmployerState.VERIFIED:
        raise RuleBrokenError("employer_not_verified", "单位核验通过后才能开账号。")
    made = accounts.create_account(
        session, SYSTEM, login, display_name=display_name, password_hash=password_hash
    )
    accounts.add_membership(session, SYSTEM, made.id, role=Role.EMPLOYER, employer_id=employer_id)
    audit.record(
        session, by, "employer.agent_opened", subject=("employer", employer_id), account=made.id
    )
    session.flush()
    return made


def list_agents(session: Session, by: Actor, employer_id: int) -> list[Account]:
    """Return the accounts that act for an employer today, by sign-in name."""
    require(by, Permission.VIEW_EMPLOYERS)
    get_in_scope(session, by, Employer, employer_id)
    live = sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today())
    found = (
        sa.select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.employer_id == employer_id, Membership.role == Role.EMPLOYER, live)
    )
    return list(session.scalars(found.order_by(Account.login)))
