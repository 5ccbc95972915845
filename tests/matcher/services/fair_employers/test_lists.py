"""The organiser's list: what is to be done first, turns of who waits, filters; an employer's own list."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.employers import Employer
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.organisations import Union
from matcher.services.fair_employers import lists, own
from matcher.services.fair_employers.lists import Filter
from matcher.services.permissions import Actor
from tests.factories.drives import make_drive
from tests.factories.fair_papers import make_call, make_paper, make_shown_posting
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_hall,
    make_visitor,
)
from tests.factories.postings import make_employer

_S = FairEmployerState


def _row(session: Session, union: Union, fair: Fair, name: str, **changes: object) -> FairEmployer:
    industry = changes.pop("industry", "I")
    employer = make_employer(session, union, name=name, industry=industry)
    return make_fair_employer(session, fair, employer, **changes)


def _names(found: lists.EmployerList) -> list[str]:
    return [line.employer.name for line in found.rows]


def test_who_is_to_be_judged_comes_first_and_who_waits_in_its_turn(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    now = clock.now()
    late, early = now, now - dt.timedelta(hours=1)
    _row(session, union, fair, "已退", state=_S.WITHDRAWN)
    _row(session, union, fair, "后候补", state=_S.WAITING, waiting_since=late)
    _row(session, union, fair, "先候补", state=_S.WAITING, waiting_since=early)
    _row(session, union, fair, "确认", state=_S.ACCEPTED)
    _row(session, union, fair, "报名", state=_S.APPLIED)

    found = lists.list_employers(session, organiser, fair.public_id, Filter())

    assert _names(found) == ["报名", "确认", "先候补", "后候补", "已退"]
    assert [line.turn for line in found.rows] == [None, None, 1, 2, None]
    assert found.counts[_S.WAITING] == 2


def test_filters_narrow_and_the_figure_has_as_many_rows_as_it_says(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    checked = _row(session, union, fair, "软件", state=_S.APPLIED, industry="65")
    make_paper(session, checked)
    _row(session, union, fair, "建筑", state=_S.APPLIED, industry="E")

    everything = lists.list_employers(session, organiser, fair.public_id, Filter())
    to_check = lists.list_employers(session, organiser, fair.public_id, Filter(to_check=True))
    by_trade = lists.list_employers(session, organiser, fair.public_id, Filter(trade="E"))

    assert (everything.n_to_check, to_check.total, _names(to_check)) == (1, 1, ["软件"])
    assert _names(by_trade) == ["建筑"]
    assert by_trade.counts[_S.APPLIED] == 2


def test_a_line_holds_posts_people_wanted_and_booths(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    row = _row(session, union, fair, "单位")
    for _ in range(2):
        make_shown_posting(session, row)
    booth = make_booth(session, make_hall(session, fair), row)

    line = lists.list_employers(session, organiser, fair.public_id, Filter()).rows[0]

    assert (len(line.posts), line.n_wanted, line.booths) == (2, 4, [booth.label])


def test_an_employer_reads_fairs_to_come_first_and_only_those_it_may(
    session: Session, union: Union, fair: Fair, employer: Employer, agent: Actor
) -> None:
    drive = make_drive(session, union)
    make_fair(session, drive, title="筹备中")
    make_fair(session, title="别处", state=FairState.ANNOUNCED)
    past = make_fair(session, drive, title="以前", first_on=clock.today() - dt.timedelta(days=9))
    make_fair_employer(session, past, employer)

    found = own.list_own(session, agent)

    assert [(one.fair.title, one.state, one.is_past) for one in found] == [
        (fair.title, None, False),
        ("以前", _S.ACCEPTED, True),
    ]


def test_who_comes_is_one_number_rounded_down(
    session: Session, fair: Fair, employer: Employer, agent: Actor
) -> None:
    make_call(session, fair)
    make_fair_employer(session, fair, employer)
    for _ in range(19):
        make_visitor(session, fair)
    make_visitor(session, fair, state=VisitorState.DECLINED)

    read = own.read_own(session, agent, fair.public_id)

    assert read.n_coming == 10
    assert read.may_change
    assert not read.may_apply
