"""A caseload (我负责的户和人): the conditions by which households, cases and tasks are somebody's own."""

from typing import Any

import sqlalchemy as sa

from matcher.kinds import TaskState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.households import Household
from matcher.models.tasks import Task
from matcher.services.permissions import Actor, Permission, may, require, scope_of

HOUSEHOLD_KINDS = ("household",)
CASE_KINDS = ("graduate_case", "case")
"""Subjects of tasks and clocks that follow the owner of their household or case."""

OFFICE_KINDS = (
    *HOUSEHOLD_KINDS,
    *CASE_KINDS,
    "graduate",
    "member",
    "help_request",
    "approval",
    "register_change",
    "pairing",
    "survey_visit",
    "union",
)
"""Subjects a caseworker's office may take up; tasks about employers and postings are others' work."""


def own_households(account_id: int | None) -> sa.Select[int]:
    """Select the ids of the open households an account owns."""
    return sa.select(Household.id).where(
        Household.owner_id == account_id, Household.is_open.is_(True)
    )


def own_cases(account_id: int | None) -> sa.Select[int]:
    """Select the ids of the open cases an account owns or stands in for."""
    return sa.select(GraduateCase.id).where(
        sa.or_(GraduateCase.owner_id == account_id, GraduateCase.second_owner_id == account_id),
        GraduateCase.closed_on.is_(None),
    )


def _answered_for(account_id: int | None) -> sa.Select[int]:
    """Select the ids of the open cases an account owns; a stand-in's own tasks are assigned by name."""
    return sa.select(GraduateCase.id).where(
        GraduateCase.owner_id == account_id, GraduateCase.closed_on.is_(None)
    )


def who_owes() -> tuple[sa.ColumnElement[int], sa.Select[*tuple[Any, ...]]]:
    """Return the account that owes a task, by the same rule as `own_tasks`, and the joins it needs.

    The select has no columns of its own yet: callers add what they count.
    """
    account = sa.func.coalesce(Task.assignee_id, Household.owner_id, GraduateCase.owner_id)
    joined = (
        sa.select()
        .select_from(Task)
        .outerjoin(
            Household,
            sa.and_(
                Task.subject_kind.in_(HOUSEHOLD_KINDS),
                Household.id == Task.subject_id,
                Household.is_open.is_(True),
            ),
        )
        .outerjoin(
            GraduateCase,
            sa.and_(
                Task.subject_kind.in_(CASE_KINDS),
                GraduateCase.id == Task.subject_id,
                GraduateCase.closed_on.is_(None),
            ),
        )
        .where(Task.state == TaskState.OPEN)
    )
    return account, joined


def _about(kinds: tuple[str, ...], ids: sa.Select[int]) -> sa.ColumnElement[bool]:
    return sa.and_(Task.subject_kind.in_(kinds), Task.subject_id.in_(ids))


def own_tasks(by: Actor, account_id: int | None) -> sa.ColumnElement[bool]:
    """Return the condition on `Task` for what an account owes, of what the actor may see.

    Those assigned to it, and those nobody was assigned to about its own households and cases.
    """
    require(by, Permission.VIEW_FILES)
    follows = sa.or_(
        _about(HOUSEHOLD_KINDS, own_households(account_id)),
        _about(CASE_KINDS, _answered_for(account_id)),
    )
    return sa.and_(
        Task.state == TaskState.OPEN,
        Task.union_id.in_(scope_of(by).unions()),
        sa.or_(
            Task.assignee_id == account_id,
            sa.and_(Task.assignee_id.is_(None), follows),
        ),
    )


def unclaimed_tasks(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Task` for what nobody owes yet (还没有人认领): of the actor's own union, for a
    supervisor of the whole district."""
    require(by, Permission.VIEW_FILES)
    inside = Task.union_id == by.union_id
    if may(by, Permission.SUPERVISE_CASES):
        inside = Task.union_id.in_(scope_of(by).unions())
    owned_household = sa.exists().where(
        Task.subject_kind.in_(HOUSEHOLD_KINDS),
        Household.id == Task.subject_id,
        Household.owner_id.is_not(None),
    )
    owned_case = sa.exists().where(
        Task.subject_kind.in_(CASE_KINDS),
        GraduateCase.id == Task.subject_id,
        GraduateCase.owner_id.is_not(None),
    )
    return sa.and_(
        inside,
        Task.state == TaskState.OPEN,
        Task.assignee_id.is_(None),
        Task.subject_kind.in_(OFFICE_KINDS),
        sa.not_(owned_household),
        sa.not_(owned_case),
    )
