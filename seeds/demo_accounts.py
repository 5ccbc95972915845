"""The demo's accounts: one for each role, with random passwords."""

import pyotp
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.accounts import Membership
from matcher.services.accounts import add_membership, create_account, new_password
from matcher.services.passwords import hash_password
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.second_factor import new_secret, set_up

_UNION_SIDE = (
    ("zhuguan", "活动主管", Role.DRIVE_MANAGER),
    ("bangfu", "帮扶专员", Role.CASEWORKER),
    ("shenpi.shi", "档案审批人（市级）", Role.APPROVER),
    ("shenhe", "审核员", Role.REVIEWER),
    ("zhaopinhui", "招聘会组织者", Role.FAIR_ORGANISER),
    ("yinsi", "个人信息保护负责人", Role.PRIVACY_OFFICER),
    ("jiedui", "结对帮扶人", Role.HELPER),
    ("guanli", "系统管理员", Role.ADMINISTRATOR),
    ("shenji", "审计员", Role.AUDITOR),
)


def make_accounts(
    session: Session, union_id: int
) -> tuple[dict[Role, Actor], list[dict[str, str]]]:
    """Make the city union's accounts; return them as actors by role, and what to print."""
    made: list[dict[str, str]] = []
    actors: dict[Role, Actor] = {}
    for login, name, role in _UNION_SIDE:
        account_id, entry = _account(session, login, name, role)
        add_membership(session, SYSTEM, account_id, role=role, union_id=union_id)
        actors[role] = Actor(account_id, role, union_id=union_id)
        if role is Role.REVIEWER:
            entry["totp"] = _second_factor(session, account_id, union_id)
        made.append(entry)
    return actors, made


def make_lower_accounts(
    session: Session, county_id: int, grassroots_id: int
) -> tuple[Actor, list[dict[str, str]]]:
    """Make who works below the city: who visits at the grass roots, and who approves in the county.

    Returns
    -------
    officer, entries : the grass-roots officer as an actor, and what to print
    """
    made, officer = [], SYSTEM
    for login, name, role, union_id in (
        ("jiceng", "基层工会干部", Role.GRASSROOTS_OFFICER, grassroots_id),
        ("shenpi", "档案审批人", Role.APPROVER, county_id),
    ):
        account_id, entry = _account(session, login, name, role)
        add_membership(session, SYSTEM, account_id, role=role, union_id=union_id)
        if role is Role.GRASSROOTS_OFFICER:
            officer = Actor(account_id, role, union_id=union_id)
        made.append(entry)
    return officer, made


def make_employer_account(session: Session, employer_id: int) -> dict[str, str]:
    """Make the account of an employer's agent (经办人)."""
    account_id, entry = _account(session, "danwei", "单位经办人", Role.EMPLOYER)
    add_membership(session, SYSTEM, account_id, role=Role.EMPLOYER, employer_id=employer_id)
    return entry


def make_graduate_account(session: Session, graduate_id: int) -> dict[str, str]:
    """Make the account of a graduate; in real life a phone and a one-time code open it."""
    account_id, entry = _account(session, "biyesheng", "毕业生", Role.GRADUATE)
    session.add(Membership(account_id=account_id, role=Role.GRADUATE, graduate_id=graduate_id))
    session.flush()
    return entry


def _account(session: Session, login: str, name: str, role: Role) -> tuple[int, dict[str, str]]:
    password = new_password()
    account = create_account(
        session, SYSTEM, login, display_name=name, password_hash=hash_password(password)
    )
    return account.id, {"role": role.label, "login": login, "password": password}


def _second_factor(session: Session, account_id: int, union_id: int) -> str:
    """Give a reviewer the second factor they must have; return its secret for the printout."""
    secret = new_secret()
    own = Actor(account_id, Role.REVIEWER, union_id=union_id)
    set_up(session, own, secret, code=pyotp.TOTP(secret).now())
    return secret
