"""One act for many: each row by itself, a refused one loses no other, a form sent twice does no harm."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import Role
from matcher.kinds.casework import CaseClosing, ServiceKind
from matcher.models.graduate_cases import ServiceAct
from matcher.models.organisations import Union
from matcher.services.casework.batch_acts import choosable_cases, record_for_many
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _case(session: Session, union: Union, owner: Actor, **changes: object) -> str:
    _, graduate = make_family(session, union, owner)
    return make_case(session, graduate, owner, **changes).public_id


def test_each_row_stands_or_is_refused_alone(session: Session, union: Union, worker: Actor) -> None:
    mine = [_case(session, union, worker) for _ in range(3)]
    closed = _case(
        session, union, worker, closed_on=clock.today(), closing_reason=CaseClosing.EMPLOYED
    )
    foreign = _case(session, union, make_colleague(session, worker))
    asked = [mine[0], closed, mine[1], foreign, mine[2], "nobody"]

    rows = record_for_many(
        session,
        worker,
        asked,
        kind=ServiceKind.POLICY,
        happened_on=clock.today(),
        note="政策宣讲会",
    )

    assert [(row.public_id, row.refusal is None) for row in rows] == [
        (mine[0], True),
        (closed, False),
        (mine[1], True),
        (foreign, False),
        (mine[2], True),
        ("nobody", False),
    ]
    assert session.scalar(sa.select(sa.func.count(ServiceAct.id))) == 3


def test_a_form_sent_twice_records_once(session: Session, union: Union, worker: Actor) -> None:
    asked = [_case(session, union, worker) for _ in range(2)]
    wish = {"kind": ServiceKind.POLICY, "happened_on": clock.today()}
    record_for_many(session, worker, asked, **wish)

    rows = record_for_many(session, worker, [*asked, asked[0]], **wish)

    assert len(rows) == 2
    assert {row.refusal for row in rows} == {"这一天已经登记过同样的服务。"}
    assert session.scalar(sa.select(sa.func.count(ServiceAct.id))) == 2


def test_a_row_says_in_words_why_it_was_refused(
    session: Session, union: Union, worker: Actor
) -> None:
    asked = [_case(session, union, worker)]
    tomorrow = clock.today() + dt.timedelta(days=1)

    [row] = record_for_many(session, worker, asked, kind=ServiceKind.POLICY, happened_on=tomorrow)

    assert row.refusal == "服务日期不能晚于今天。"
    assert session.scalar(sa.select(sa.func.count(ServiceAct.id))) == 0


def test_a_batch_needs_somebody_and_offers_the_own_open_cases(
    session: Session, union: Union, worker: Actor
) -> None:
    mine = _case(session, union, worker)
    _case(session, union, make_colleague(session, worker))

    assert [one.public_id for one in choosable_cases(session, worker)] == [mine]
    with pytest.raises(InvalidInputError):
        record_for_many(session, worker, [], kind=ServiceKind.POLICY, happened_on=clock.today())
