"""The union tree keeps its closure, and nobody reaches outside their own part of it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, UnionKind
from matcher.models.organisations import UnionClosure
from matcher.services import organisations
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor, make_union


def _pairs(session: Session) -> set[tuple[int, int, int]]:
    rows = session.execute(
        sa.select(UnionClosure.ancestor_id, UnionClosure.descendant_id, UnionClosure.depth)
    )
    return {(row[0], row[1], row[2]) for row in rows}


def test_a_new_union_hangs_under_all_above_it(session: Session) -> None:
    city = organisations.create_union(session, SYSTEM, code="C", name="市总", kind=UnionKind.CITY)
    admin = make_actor(session, Role.ADMINISTRATOR, union=city)

    county = organisations.create_union(
        session, admin, code="X", name="区总", kind=UnionKind.COUNTY, parent_id=city.id
    )
    grass = organisations.create_union(
        session, admin, code="G", name="基层", kind=UnionKind.GRASSROOTS, parent_id=county.id
    )

    assert _pairs(session) == {
        (city.id, city.id, 0),
        (county.id, county.id, 0),
        (grass.id, grass.id, 0),
        (city.id, county.id, 1),
        (county.id, grass.id, 1),
        (city.id, grass.id, 2),
    }


def test_a_moved_union_takes_all_below_it_along(session: Session) -> None:
    top = make_union(session)
    east, west = make_union(session, top), make_union(session, top)
    grass = make_union(session, east)
    below = make_union(session, grass)
    admin = make_actor(session, Role.ADMINISTRATOR, union=top)

    organisations.move_union(session, admin, grass.id, west.id)

    pairs = _pairs(session)
    assert {(west.id, grass.id, 1), (west.id, below.id, 2), (top.id, below.id, 3)} <= pairs
    assert not {p for p in pairs if p[0] == east.id and p[1] != east.id}
    assert len(pairs) == 5 + 4 + 2 + 1


def test_a_union_never_hangs_under_itself(session: Session) -> None:
    top = make_union(session)
    middle = make_union(session, top)
    below = make_union(session, middle)
    admin = make_actor(session, Role.ADMINISTRATOR, union=top)

    with pytest.raises(RuleBrokenError, match="下级"):
        organisations.move_union(session, admin, middle.id, below.id)


def test_a_code_is_given_once_and_the_session_stays_usable(session: Session) -> None:
    top = make_union(session, code="TAKEN")
    admin = make_actor(session, Role.ADMINISTRATOR, union=top)

    with pytest.raises(RuleBrokenError) as refused:
        organisations.create_union(
            session, admin, code="TAKEN", name="重", kind=UnionKind.COUNTY, parent_id=top.id
        )

    assert refused.value.code == "union_code_taken"
    assert [u.id for u in organisations.list_unions(session, admin)] == [top.id]


def test_nobody_makes_or_sees_unions_outside_their_part(session: Session) -> None:
    mine, other = make_union(session), make_union(session)
    admin = make_actor(session, Role.ADMINISTRATOR, union=mine)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=mine)

    with pytest.raises(NotFoundError):
        organisations.create_union(
            session, admin, code="N", name="新", kind=UnionKind.COUNTY, parent_id=other.id
        )
    with pytest.raises(NotFoundError):
        organisations.get_union(session, admin, other.id)
    with pytest.raises(NotAllowedError):
        organisations.create_union(
            session, manager, code="N", name="新", kind=UnionKind.COUNTY, parent_id=mine.id
        )


def test_the_tree_shows_each_union_below_its_parent(session: Session) -> None:
    top = make_union(session)
    first, second = make_union(session, top, code="A"), make_union(session, top, code="B")
    leaf = make_union(session, first)
    admin = make_actor(session, Role.ADMINISTRATOR, union=top)

    (root,) = organisations.union_tree(session, admin)

    assert root.union is top
    assert [branch.union.id for branch in root.below] == [first.id, second.id]
    assert [branch.union.id for branch in root.below[0].below] == [leaf.id]
