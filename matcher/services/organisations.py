"""Unions (工会组织) and their tree; the closure rows are kept here and nowhere else."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import UnionKind
from matcher.models.organisations import Union, UnionClosure
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found, unique_or


def create_union(
    session: Session,
    by: Actor,
    *,
    code: str,
    name: str,
    kind: UnionKind,
    parent_id: int | None = None,
    region_code: str | None = None,
) -> Union:
    """Create a union below one of the actor's scope; only the system makes one without a parent.

    Raises
    ------
    NotFoundError
        The parent is not in the actor's scope.
    RuleBrokenError
        The code is taken.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    if parent_id is None:
        if by.role is not None:
            raise RuleBrokenError("union_needs_parent", "请选择上级工会。")
    elif not scope_of(by).admits(session, parent_id):
        raise not_found()
    union = Union(code=code, name=name, kind=kind, parent_id=parent_id, region_code=region_code)
    with unique_or(
        session, RuleBrokenError("union_code_taken", "这个工会代码已被使用。", union_code=code)
    ):
        session.add(union)
    _hang(session, union.id, parent_id)
    audit.record(session, by, "union.created", subject=("union", union.id), parent_id=parent_id)
    session.flush()
    return union


def _hang(session: Session, union_id: int, parent_id: int | None) -> None:
    """Write the closure rows of a new union: itself, and its parent's ancestors one deeper."""
    session.add(UnionClosure(ancestor_id=union_id, descendant_id=union_id, depth=0))
    session.flush()
    above = sa.select(UnionClosure.ancestor_id, sa.literal(union_id), UnionClosure.depth + 1).where(
        UnionClosure.descendant_id == parent_id
    )
    columns = ["ancestor_id", "descendant_id", "depth"]
    session.execute(sa.insert(UnionClosure).from_select(columns, above))


def move_union(session: Session, by: Actor, union_id: int, new_parent_id: int) -> Union:
    """Hang a union and all below it under another parent, both within the actor's scope.

    Raises
    ------
    RuleBrokenError
        The new parent lies below the union itself.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    scope = scope_of(by)
    union = session.get(Union, union_id, with_for_update=True, populate_existing=True)
    if union is None or not scope.admits(session, union_id):
        raise not_found()
    if not scope.admits(session, new_parent_id):
        raise not_found()
    if session.get(UnionClosure, (union_id, new_parent_id)) is not None:
        raise RuleBrokenError("union_below_itself", "不能把工会移到它自己的下级。")
    before, union.parent_id = union.parent_id, new_parent_id
    _rehang(session, union_id, new_parent_id)
    audit.record(
        session, by, "union.moved", subject=("union", union_id), before=before, after=new_parent_id
    )
    session.flush()
    return union


def _rehang(session: Session, union_id: int, new_parent_id: int) -> None:
    """Cut the subtree's rows to its old ancestors and write those to the new ones."""
    below = sa.select(UnionClosure.descendant_id, UnionClosure.depth).where(
        UnionClosure.ancestor_id == union_id
    )
    subtree = session.execute(below).all()
    inside = [row.descendant_id for row in subtree]
    session.execute(
        sa.delete(UnionClosure).where(
            UnionClosure.descendant_id.in_(inside), UnionClosure.ancestor_id.not_in(inside)
        ),
        execution_options={"synchronize_session": "fetch"},
    )
    above = session.execute(
        sa.select(UnionClosure.ancestor_id, UnionClosure.depth).where(
            UnionClosure.descendant_id == new_parent_id
        )
    ).all()
    rows = [
        {
            "ancestor_id": high.ancestor_id,
            "descendant_id": low.descendant_id,
            "depth": high.depth + low.depth + 1,
        }
        for high in above
        for low in subtree
    ]
    session.execute(sa.insert(UnionClosure), rows)


def list_unions(session: Session, by: Actor) -> list[Union]:
    """Return the open unions of the actor's scope, by code."""
    found = (
        sa.select(Union)
        .where(Union.id.in_(scope_of(by).unions()), Union.closed_on.is_(None))
        .order_by(Union.code, Union.id)
    )
    return list(session.scalars(found))


def get_union(session: Session, by: Actor, union_id: int) -> Union:
    """Return a union of the actor's scope."""
    union = session.get(Union, union_id)
    if union is None or not scope_of(by).admits(session, union_id):
        raise not_found()
    return union


@dataclass(frozen=True)
class UnionBranch:
    """A union with those directly below it."""

    union: Union
    below: tuple["UnionBranch", ...]


def union_tree(session: Session, by: Actor) -> list[UnionBranch]:
    """Return the scope as trees, each level by code; one query."""
    unions = list_unions(session, by)
    known = {union.id for union in unions}
    below: dict[int | None, list[Union]] = {}
    for union in unions:
        above = union.parent_id if union.parent_id in known else None
        below.setdefault(above, []).append(union)

    def branch(union: Union) -> UnionBranch:
        return UnionBranch(union, tuple(branch(child) for child in below.get(union.id, ())))

    return [branch(union) for union in below.get(None, ())]
