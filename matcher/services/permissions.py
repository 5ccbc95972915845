"""Who may do what (权限): permissions by role, and the part of the union tree an actor sees.

A drive manager (活动主管) and a fair organiser (招聘会组织者) are two roles that never share the
permission to see hardship: the organiser sees no tier, no zero-employment flag, nor any order or
count derived from them. Others' rows answer like missing ones.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.models.organisations import UnionClosure


class Permission(StrEnum):
    """One act that may be allowed."""

    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_DRIVE = "manage_drive"
    VIEW_DRIVE = "view_drive"
    IMPORT_ROWS = "import_rows"
    VIEW_POSTINGS = "view_postings"
    VIEW_EMPLOYERS = "view_employers"
    VERIFY_EMPLOYER = "verify_employer"
    VIEW_GRADUATES = "view_graduates"
    EDIT_GRADUATES = "edit_graduates"
    VIEW_HARDSHIP = "view_hardship"
    VIEW_RANKING = "view_ranking"
    RUN_RANKING = "run_ranking"
    CONFIRM_MAJORS = "confirm_majors"
    EDIT_READINGS = "edit_readings"
    EDIT_ALIASES = "edit_aliases"
    EXPORT_LIST = "export_list"
    REVEAL_NUMBER = "reveal_number"
    VIEW_AUDIT = "view_audit"
    EDIT_OWN_POSTINGS = "edit_own_postings"
    EDIT_OWN_PROFILE = "edit_own_profile"
    USE_API = "use_api"
    VIEW_FILES = "view_files"
    EDIT_FILES = "edit_files"
    APPROVE_FILES = "approve_files"
    SET_CHAINS = "set_chains"
    VIEW_CASES = "view_cases"
    EDIT_CASES = "edit_cases"
    SUPERVISE_CASES = "supervise_cases"
    EXPORT_FILES = "export_files"
    APPROVE_EXPORTS = "approve_exports"
    HANDLE_RIGHTS = "handle_rights"
    VIEW_OWN_FILE = "view_own_file"
    VIEW_OWN_PAIRINGS = "view_own_pairings"
    VIEW_REFERRALS = "view_referrals"
    REFER = "refer"
    ANSWER_REFERRALS = "answer_referrals"
    ANSWER_OWN_REFERRALS = "answer_own_referrals"
    RECORD_PLACEMENTS = "record_placements"
    CHECK_PLACEMENTS = "check_placements"
    VIEW_ALERTS = "view_alerts"
    MANAGE_TRAINING = "manage_training"
    ANSWER_TRAINING = "answer_training"
    VIEW_FIGURES = "view_figures"
    RECORD_EVENTS = "record_events"
    FILL_SHEETS = "fill_sheets"
    REVIEW_SHEETS = "review_sheets"
    VIEW_ENTITLEMENTS = "view_entitlements"
    FOLLOW_ENTITLEMENTS = "follow_entitlements"
    VIEW_MONEY = "view_money"
    RECORD_MONEY = "record_money"
    APPROVE_MONEY = "approve_money"
    VIEW_FAIRS = "view_fairs"
    MANAGE_FAIRS = "manage_fairs"
    PREPARE_VISITORS = "prepare_visitors"
    TAKE_PART_IN_FAIRS = "take_part_in_fairs"
    VISIT_FAIRS = "visit_fairs"


_P = Permission

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {_P.MANAGE_ACCOUNTS, _P.VIEW_AUDIT, _P.EDIT_ALIASES, _P.SET_CHAINS}
    ),
    Role.DRIVE_MANAGER: frozenset(
        {
            _P.MANAGE_DRIVE,
            _P.VIEW_DRIVE,
            _P.IMPORT_ROWS,
            _P.VIEW_POSTINGS,
            _P.VIEW_EMPLOYERS,
            _P.VERIFY_EMPLOYER,
            _P.VIEW_GRADUATES,
            _P.EDIT_GRADUATES,
            _P.VIEW_HARDSHIP,
            _P.VIEW_RANKING,
            _P.RUN_RANKING,
            _P.CONFIRM_MAJORS,
            _P.EDIT_READINGS,
            _P.EDIT_ALIASES,
            _P.EXPORT_LIST,
            _P.REVEAL_NUMBER,
            _P.USE_API,
            _P.VIEW_FILES,
            _P.VIEW_CASES,
            _P.SUPERVISE_CASES,
            _P.EXPORT_FILES,
            _P.VIEW_REFERRALS,
            _P.REFER,
            _P.RECORD_PLACEMENTS,
            _P.CHECK_PLACEMENTS,
            _P.VIEW_ALERTS,
            _P.MANAGE_TRAINING,
            _P.VIEW_FIGURES,
            _P.RECORD_EVENTS,
            _P.FILL_SHEETS,
            _P.REVIEW_SHEETS,
            _P.VIEW_ENTITLEMENTS,
            _P.VIEW_MONEY,
            _P.RECORD_MONEY,
            _P.VIEW_FAIRS,
            _P.MANAGE_FAIRS,
        }
    ),
    Role.CASEWORKER: frozenset(
        {
            _P.VIEW_DRIVE,
            _P.VIEW_POSTINGS,
            _P.VIEW_EMPLOYERS,
            _P.VIEW_GRADUATES,
            _P.EDIT_GRADUATES,
            _P.VIEW_HARDSHIP,
            _P.VIEW_RANKING,
            _P.CONFIRM_MAJORS,
            _P.REVEAL_NUMBER,
            _P.VIEW_FILES,
            _P.EDIT_FILES,
            _P.VIEW_CASES,
            _P.EDIT_CASES,
            _P.EXPORT_FILES,
            _P.VIEW_REFERRALS,
            _P.REFER,
            _P.RECORD_PLACEMENTS,
            _P.MANAGE_TRAINING,
            _P.VIEW_FIGURES,
            _P.RECORD_EVENTS,
            _P.VIEW_ENTITLEMENTS,
            _P.FOLLOW_ENTITLEMENTS,
            _P.VIEW_MONEY,
            _P.RECORD_MONEY,
            _P.VIEW_FAIRS,
            _P.PREPARE_VISITORS,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            _P.VIEW_DRIVE,
            _P.VIEW_POSTINGS,
            _P.VIEW_EMPLOYERS,
            _P.VERIFY_EMPLOYER,
            _P.CHECK_PLACEMENTS,
        }
    ),
    Role.AUDITOR: frozenset({_P.VIEW_AUDIT}),
    Role.FAIR_ORGANISER: frozenset(
        {
            _P.VIEW_DRIVE,
            _P.VIEW_POSTINGS,
            _P.VIEW_EMPLOYERS,
            _P.RECORD_EVENTS,
            _P.VIEW_FAIRS,
            _P.MANAGE_FAIRS,
        }
    ),
    Role.EMPLOYER: frozenset(
        {_P.EDIT_OWN_POSTINGS, _P.USE_API, _P.ANSWER_REFERRALS, _P.TAKE_PART_IN_FAIRS}
    ),
    Role.GRADUATE: frozenset({_P.EDIT_OWN_PROFILE, _P.ANSWER_OWN_REFERRALS, _P.VISIT_FAIRS}),
    Role.GRASSROOTS_OFFICER: frozenset(
        {
            _P.VIEW_HARDSHIP,
            _P.EDIT_GRADUATES,
            _P.REVEAL_NUMBER,
            _P.VIEW_FILES,
            _P.EDIT_FILES,
            _P.FILL_SHEETS,
            _P.VIEW_FIGURES,
            _P.VIEW_ENTITLEMENTS,
        }
    ),
    Role.APPROVER: frozenset(
        {
            _P.VIEW_DRIVE,
            _P.VIEW_HARDSHIP,
            _P.REVEAL_NUMBER,
            _P.VIEW_FILES,
            _P.APPROVE_FILES,
            _P.VIEW_CASES,
            _P.SUPERVISE_CASES,
            _P.APPROVE_EXPORTS,
            _P.VIEW_REFERRALS,
            _P.CHECK_PLACEMENTS,
            _P.VIEW_ALERTS,
            _P.VIEW_FIGURES,
            _P.REVIEW_SHEETS,
            _P.VIEW_ENTITLEMENTS,
            _P.VIEW_MONEY,
            _P.APPROVE_MONEY,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset({_P.VIEW_AUDIT, _P.HANDLE_RIGHTS, _P.APPROVE_EXPORTS}),
    Role.HELPER: frozenset({_P.VIEW_OWN_PAIRINGS}),
    Role.HOLDER: frozenset({_P.VIEW_OWN_FILE}),
}
"""What each role may do; the matrix test walks role by permission by route."""


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, and where."""

    account_id: int | None
    role: Role | None
    union_id: int | None = None
    employer_id: int | None = None
    graduate_id: int | None = None
    member_id: int | None = None
    """Member of a household who reads the own file (困难职工本人)."""
    provider_id: int | None = None
    """Training provider (培训机构) that answers by a link; it has no account and no role."""

    @property
    def place(self) -> str | None:
        """Organisation in use as kind and id, for the trail."""
        for kind in ("union", "employer", "graduate", "member", "provider"):
            number = getattr(self, f"{kind}_id")
            if number is not None:
                return f"{kind}:{number}"
        return None


SYSTEM = Actor(account_id=None, role=None)
"""The product itself, in background work whose asker was allowed before."""


def may(actor: Actor, permission: Permission) -> bool:
    """Say whether an actor has a permission; the system has every one."""
    if actor is SYSTEM:
        return True
    if actor.provider_id is not None:
        return permission is Permission.ANSWER_TRAINING
    return actor.role is not None and permission in GRANTS[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowedError unless the actor has the permission."""
    if not may(actor, permission):
        raise NotAllowedError(
            "not_allowed",
            "当前角色不能做这件事，请切换角色或联系管理员。",
            permission=str(permission),
        )


@dataclass(frozen=True)
class Scope:
    """The part of the union tree whose rows are seen; `union_id` None sees the whole tree."""

    union_id: int | None

    def unions(self) -> sa.Select[int]:
        """Return a select of the ids of all unions in the scope."""
        chosen = sa.select(UnionClosure.descendant_id).distinct()
        if self.union_id is None:
            return chosen
        return chosen.where(UnionClosure.ancestor_id == self.union_id)

    def admits(self, session: Session, union_id: int) -> bool:
        """Say whether a union lies in the scope."""
        if self.union_id is None:
            return True
        found = session.scalar(
            sa.select(UnionClosure.depth).where(
                UnionClosure.ancestor_id == self.union_id, UnionClosure.descendant_id == union_id
            )
        )
        return found is not None


def scope_of(actor: Actor) -> Scope:
    """Return the scope of a union-side actor; others have none and get a NotFoundError."""
    if actor is SYSTEM:
        return Scope(union_id=None)
    if actor.union_id is None:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    return Scope(union_id=actor.union_id)
