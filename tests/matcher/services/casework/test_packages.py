"""Progress of packages for many cases at once: two queries, and only acts that stand."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.models.graduate_cases import GraduateCase
from matcher.services.casework import packages
from tests.factories.accounts import make_union
from tests.factories.cases import make_act, make_case
from tests.factories.people import make_graduate
from tests.support.queries import count_queries

_WEEK = dt.timedelta(days=7)


def _promised(session: Session, **changes: object) -> GraduateCase:
    since = clock.today() - _WEEK
    graduate = make_graduate(session, make_union(session))
    return make_case(session, graduate, package="131", package_from_on=since, **changes)


def test_replaced_and_void_acts_count_for_nothing(session: Session) -> None:
    case = _promised(session)
    first = make_act(session, case, ServiceKind.GUIDANCE)
    make_act(session, case, ServiceKind.RECOMMENDATION, replaces_id=first.id)
    second = make_act(session, case, ServiceKind.TRAINING)
    make_act(session, case, ServiceKind.TRAINING, outcome=ActOutcome.VOID, replaces_id=second.id)

    items = packages.progress(session, [case.id])[case.id]

    assert [item.picture for item in items] == ["○", "●○○", "○"]


def test_two_queries_answer_for_any_number_of_cases(session: Session) -> None:
    chosen = [_promised(session) for _ in range(5)]
    bare = make_case(session)
    for case in chosen:
        make_act(session, case, ServiceKind.GUIDANCE)

    with count_queries(session) as few:
        packages.progress(session, [chosen[0].id])
    with count_queries(session) as many:
        found = packages.progress(session, sa.select(GraduateCase.id))

    assert few.n == many.n == 2
    assert set(found) == {*(case.id for case in chosen), bare.id}
    assert found[bare.id] == []
