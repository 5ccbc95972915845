"""A number is shown in full only for a reason, to who may, within their part, and it is logged."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.services.permissions import Actor
from matcher.services.reveals import reveal
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate, make_household, make_id_number, make_member


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def test_a_reveal_is_logged_with_field_and_reason_and_without_the_number(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    graduate = make_graduate(session, None, union_id=worker.union_id, id_number=number)

    shown = reveal(session, worker, ("graduate", graduate.id), "id_number", reason="核对学籍信息")
    session.commit()

    entry = session.scalars(sa.select(AuditEntry)).one()
    assert shown == number
    assert (entry.action, entry.subject_id) == ("number.revealed", graduate.id)
    assert entry.details == {"field": "id_number", "reason": "核对学籍信息"}
    assert entry.actor_id == worker.account_id


@pytest.mark.parametrize("reason", ["", "无", "   查看   "])
def test_no_reason_no_number(session: Session, worker: Actor, reason: str) -> None:
    graduate = make_graduate(session, None, union_id=worker.union_id)

    with pytest.raises(InvalidInputError) as refused:
        reveal(session, worker, ("graduate", graduate.id), "phone", reason=reason)

    assert refused.value.code == "reveal_reason"


def test_people_see_their_own_number_without_a_reason_but_not_a_neighbours(
    session: Session,
) -> None:
    graduate, neighbour = make_graduate(session), make_graduate(session)
    own = make_actor(session, Role.GRADUATE, graduate=graduate)

    assert len(reveal(session, own, ("graduate", graduate.id), "id_number")) == 18
    with pytest.raises(NotFoundError):
        reveal(session, own, ("graduate", neighbour.id), "id_number", reason="我想看看")


def test_numbers_of_another_union_are_not_there(session: Session, worker: Actor) -> None:
    graduate = make_graduate(session)
    member = make_member(session, make_household(session), id_number=make_id_number())

    for subject in (("graduate", graduate.id), ("member", member.id)):
        with pytest.raises(NotFoundError):
            reveal(session, worker, subject, "id_number", reason="核对身份信息")


def test_roles_without_the_permission_see_no_number(session: Session) -> None:
    union = make_union(session)
    graduate = make_graduate(session, union)

    for role in (Role.FAIR_ORGANISER, Role.REVIEWER, Role.ADMINISTRATOR):
        by = make_actor(session, role, union=union)
        with pytest.raises(NotAllowedError):
            reveal(session, by, ("graduate", graduate.id), "phone", reason="核对身份信息")


def test_fields_that_are_none_are_not_revealed(session: Session, worker: Actor) -> None:
    household = make_household(session, None, union_id=worker.union_id)

    with pytest.raises(NotFoundError):
        reveal(session, worker, ("household", household.id), "address", reason="入户走访用")
    with pytest.raises(InvalidInputError):
        reveal(session, worker, ("household", household.id), "tier", reason="入户走访用")
