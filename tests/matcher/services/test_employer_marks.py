"""A mark of an employer has a source and days; ending and withdrawing it are rows."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.cohorts import MarkKind
from matcher.models.service_events import EmployerMark
from matcher.services import employer_marks
from matcher.services.employer_marks import MarkInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import fields_of
from tests.factories.postings import make_employer
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
YEAR_AGO = TODAY - dt.timedelta(days=365)


def test_a_mark_set_again_replaces_its_days_and_both_rows_stay(session: Session) -> None:
    union = make_union(session)
    by = make_actor(session, Role.DRIVE_MANAGER, union=union)
    employer = make_employer(session, union)
    first = employer_marks.set_mark(
        session, by, employer.id, MarkInput(MarkKind.CARING, YEAR_AGO, "名单")
    )

    ended = MarkInput(MarkKind.CARING, YEAR_AGO, "名单", TODAY)
    second = employer_marks.set_mark(session, by, employer.id, ended)
    employer_marks.set_mark(
        session, by, employer.id, MarkInput(MarkKind.MODEL_WORKER, YEAR_AGO, "表彰")
    )

    standing = employer_marks.list_marks(session, by, employer.id)
    assert [(one.kind, one.until_on) for one in standing] == [
        (MarkKind.CARING, TODAY),
        (MarkKind.MODEL_WORKER, None),
    ]
    assert second.replaces_id == first.id
    assert session.scalar(sa.select(sa.func.count(EmployerMark.id))) == 3


def test_a_withdrawn_mark_stands_no_more_and_may_be_set_again(session: Session) -> None:
    union = make_union(session)
    by = make_actor(session, Role.REVIEWER, union=union)
    employer = make_employer(session, union)
    facts = MarkInput(MarkKind.CARING, YEAR_AGO, "名单")
    mark = employer_marks.set_mark(session, by, employer.id, facts)

    employer_marks.withdraw_mark(session, by, employer.id, mark.id)
    after = employer_marks.list_marks(session, by, employer.id)
    again = employer_marks.set_mark(session, by, employer.id, facts)

    assert after == []
    assert employer_marks.list_marks(session, by, employer.id) == [again]
    with pytest.raises(NotFoundError):
        employer_marks.withdraw_mark(session, by, employer.id, mark.id)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("source", MarkInput(MarkKind.CARING, YEAR_AGO, " ")),
        ("from_on", MarkInput(MarkKind.CARING, TODAY + dt.timedelta(days=1), "名单")),
        ("until_on", MarkInput(MarkKind.CARING, TODAY, "名单", YEAR_AGO)),
    ],
)
def test_a_mark_has_a_source_and_days_in_order(
    session: Session, field: str, facts: MarkInput
) -> None:
    union = make_union(session)
    by = make_actor(session, Role.DRIVE_MANAGER, union=union)
    employer = make_employer(session, union)

    with pytest.raises(InvalidInputError) as refused:
        employer_marks.set_mark(session, by, employer.id, facts)

    assert fields_of(refused.value) == {field}


def test_only_who_checks_papers_of_that_union_marks(session: Session) -> None:
    employer = make_employer(session)
    facts = MarkInput(MarkKind.CARING, YEAR_AGO, "名单")

    with pytest.raises(NotFoundError):
        employer_marks.set_mark(session, make_actor(session, Role.REVIEWER), employer.id, facts)
    organiser = make_actor(session, Role.FAIR_ORGANISER)
    with pytest.raises(NotAllowedError):
        employer_marks.set_mark(session, organiser, employer.id, facts)
