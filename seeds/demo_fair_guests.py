"""Who comes to the demo's fairs (参会求职者): graduates asked and their answers, and others who register by themselves.

By the use cases. The round of invitations is done here instead of by the workers, so that a demo is whole when it
opens; its job is held by this process until then. Answers come in no order that means anything.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import EducationLevel
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fairs import FairState, VisitorKind
from matcher.models.fair_guests import FairInvitation
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.graduate_cases import GraduateCase
from matcher.services import jobs
from matcher.services.casework.caseload import own_cases
from matcher.services.fair_guests import answers, calls_before, guest_links, inviting, routing
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.permissions import SYSTEM
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage

_ASKED = {Stage.OVER: 320, Stage.TODAY: 320, Stage.SOON: 90}
"""How many graduates are asked; more would only make the demo slow to start."""

_HELD_SECONDS = 90 * 24 * 3600
"""The job of a round that lived weeks ago stays this process's own until it is done."""

_PART = 100
_SAYS_NO, _SILENT, _OPEN = 9, 4, 3
"""Every ninth person does not come, every fourth is silent, every third shows booths everything."""

_USUAL = (ShownField.NAME, ShownField.SCHOOL, ShownField.MAJOR, ShownField.EDUCATION)
_OTHERS = (
    ("王思远", "滨州职业学院", "机电一体化技术", EducationLevel.COLLEGE),
    ("李佳宁", "滨州学院", "会计学", EducationLevel.BACHELOR),
    ("张晨曦", "山东航空学院", "飞行器动力工程", EducationLevel.BACHELOR),
    ("赵子涵", "滨州职业学院", "护理", EducationLevel.COLLEGE),
    ("陈雨桐", "济南大学", "软件工程", EducationLevel.BACHELOR),
    ("孙浩然", "滨州市技师学院", "数控加工", EducationLevel.SECONDARY),
    ("周梦瑶", "滨州学院", "小学教育", EducationLevel.BACHELOR),
    ("吴俊杰", "山东建筑大学", "土木工程", EducationLevel.BACHELOR),
    ("郑欣怡", "滨州医学院", "药学", EducationLevel.BACHELOR),
    ("冯志强", "滨州职业学院", "汽车检测与维修", EducationLevel.COLLEGE),
    ("蒋若溪", "青岛大学", "市场营销", EducationLevel.BACHELOR),
    ("沈嘉豪", "滨州学院", "计算机科学与技术", EducationLevel.BACHELOR),
)


def invite_guests(factory: SessionFactory, fair: DemoFair, people: FairPeople) -> int:
    """Ask graduates to a fair, take their answers, register some others; return how many were asked."""
    if fair.stage not in _ASKED:
        return 0
    with transaction(factory) as session:
        asked = inviting.ask(session, people.organiser, fair.public_id, everybody=False).id
        token = _hold(session, asked)
        chosen = _chosen(session, asked, fair, people)
        inviting.add_visitors(session, session.get_one(FairInvitation, asked), chosen)
        routing.make_routes(session, fair.fair_id)
    with transaction(factory) as session:
        invitation = session.get_one(FairInvitation, asked)
        inviting.tell(session, inviting.first_to_tell(session, invitation))
        with _at(invitation.all_out_at):
            inviting.tell(session, inviting.all_to_tell(session, invitation))
    _answer(factory, fair, people)
    with transaction(factory) as session:
        _register(session, fair)
        with _at(max(clock.now(), session.get_one(FairInvitation, asked).all_out_at)):
            calls_before.open_calls(session)
        _done(session, asked, token, len(chosen))
    return len(chosen)


def end_calls(factory: SessionFactory, _fair: DemoFair, _people: FairPeople) -> int:
    """Drop the calls nobody made before the fair, as the night does; return how many."""
    with transaction(factory) as session:
        return calls_before.settle_calls(session)


@contextmanager
def _at(instant: dt.datetime) -> Iterator[None]:
    """Live at an instant for a while: messages leave by day, whatever the hour the demo is made at."""
    with clock.set_by_hand(instant):
        yield


def _hold(session: Session, invitation_id: int) -> str:
    """Take the round's job before a worker sees it."""
    invitation = session.get_one(FairInvitation, invitation_id)
    job = inviting.running_job(session, invitation)
    with _at(invitation.begins_at):
        token = jobs.claim(session, job.id, _HELD_SECONDS) if job is not None else None
    return token or ""


def _done(session: Session, invitation_id: int, token: str, n_asked: int) -> None:
    job = inviting.running_job(session, session.get_one(FairInvitation, invitation_id))
    if job is not None:
        jobs.finish(
            session,
            job.id,
            token,
            result={"n_asked": n_asked},
            done_units=n_asked,
            total_units=n_asked,
        )


def _chosen(
    session: Session, invitation_id: int, fair: DemoFair, people: FairPeople
) -> Sequence[int]:
    """Return whom a round asks: the demo's own graduate and the caseworker's people, then others by lot."""
    left = inviting.candidates(session, session.get_one(FairInvitation, invitation_id))
    cases = sa.select(GraduateCase.graduate_id).where(
        GraduateCase.id.in_(own_cases(people.caseworker.account_id))
    )
    own = {people.graduate.graduate_id, *session.scalars(cases)}
    first = [one for one in left if one in own]
    return [*first, *(one for one in left if one not in own)][: _ASKED[fair.stage]]


def _answer(factory: SessionFactory, fair: DemoFair, people: FairPeople) -> None:
    """Answer for most of those asked, as by their links; the demo's own graduate has to answer the fair to come."""
    with transaction(factory) as session:
        asked = session.execute(
            sa.select(FairVisitor.id, FairVisitor.graduate_id)
            .where(FairVisitor.fair_id == fair.fair_id, FairVisitor.kind == VisitorKind.INVITED)
            .order_by(FairVisitor.public_id)
        ).all()
        held = session.scalars(_held(fair.fair_id)).all()
    for start in range(0, len(asked), _PART):
        with transaction(factory) as session:
            for n, row in enumerate(asked[start : start + _PART], start=start):
                is_own = row.graduate_id == people.graduate.graduate_id
                if (is_own and fair.stage is Stage.SOON) or (not is_own and n % _SILENT == 0):
                    continue
                visitor = session.get_one(FairVisitor, row.id)
                comes = is_own or n % _SAYS_NO != 0
                _say(session, visitor, [held[n % len(held)]] if comes else [], n)


def _say(session: Session, visitor: FairVisitor, sessions: Sequence[str], n: int) -> None:
    token = guest_links.token_of(session, visitor)
    answers.answer_by_link(session, token, sessions)
    if sessions and n % 5:
        fields = tuple(ShownField) if n % _OPEN == 0 else _USUAL
        answers.show_by_link(session, token, fields)


def _held(fair_id: int) -> sa.Select[str]:
    found = sa.select(FairSession.public_id).where(FairSession.fair_id == fair_id)
    return found.order_by(FairSession.held_on, FairSession.begins_minute)


def _register(session: Session, fair: DemoFair) -> None:
    """Register some people nobody asked, as on the public page."""
    row = session.get_one(Fair, fair.fair_id)
    if row.state is not FairState.ANNOUNCED:
        return
    held = session.scalars(
        sa.select(FairSession.id)
        .where(FairSession.fair_id == fair.fair_id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    ).all()
    consent = consent_text(session).id
    for n, (name, school, major, education) in enumerate(_OTHERS):
        facts = VisitorInput(
            name=name,
            phone=f"138{54300000 + 1117 * n}",
            school=school,
            major_text=major,
            education=education,
            consent_text_id=consent,
        )
        visitor = register_visitor(
            session,
            SYSTEM,
            row,
            facts,
            kind=VisitorKind.REGISTERED,
            session_ids=[held[n % len(held)]],
        )
        if n % 3:
            token = guest_links.token_of(session, visitor)
            answers.show_by_link(session, token, (*_USUAL, ShownField.PHONE))
