"""Entitlements of the demo: what was asked of some people, a last day tomorrow, applications at several steps.

Everything goes through the use cases, as the demo's caseworker; who graduates when is said to be an answer of theirs.
"""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import YangguangError
from matcher.kinds.entitlements import EntitlementState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.services.entitlements import answers, applications, facts, papers, sight
from matcher.services.entitlements.applications import StepInput
from matcher.services.entitlements.sight import Claimant
from matcher.services.permissions import Actor

_BASIS = "演示数据：本人电话里说"
_PAID_FEN = 100_000


def seed_entitlements(factory: SessionFactory, caseworker: Actor) -> None:
    """Ask, begin and lead on, each person by itself: what a rule forbids is left out alone."""
    with transaction(factory) as session:
        people = _people(session, caseworker)
    for number, person in enumerate(people[: len(_ASKED)]):
        with suppress(YangguangError), transaction(factory) as session:
            _ask(session, caseworker, person, number)
    for number, (code, states) in _BEGUN.items():
        if number < len(people):
            with suppress(YangguangError), transaction(factory) as session:
                _begin(session, caseworker, people[number], code, states)


_S = EntitlementState
_ASKED: tuple[tuple[int, Mapping[str, str]], ...] = (
    (2, {"receives_minimum": "yes", "received.job_seeking": "no", "wants_project": "yes"}),
    (8, {"receives_minimum": "no", "is_disabled": "no"}),
    (21, {"has_student_loan": "yes", "received.job_seeking": "no"}),
    (41, {"has_student_loan": "yes", "received.job_seeking": "no"}),
    (0, {"is_registered_unemployed": "yes", "receives_minimum": "yes"}),
    (0, {"is_employed": "no", "is_recognised": "yes", "public_post_times": "0"}),
)
"""For each person in how many days they graduate (0: as the roster has it), and what they answered."""

_BEGUN: Mapping[int, tuple[str, tuple[EntitlementState, ...]]] = {
    2: ("job_seeking", ()),
    3: ("job_seeking", (_S.SUBMITTED, _S.PUBLICITY, _S.PAID)),
    4: ("difficulty", (_S.SUBMITTED,)),
    5: ("union_job_seeking", (_S.SUBMITTED,)),
}
"""What is begun for whom, and how far it went."""


def _people(session: Session, caseworker: Actor) -> list[Claimant]:
    """Return the people of the caseworker's open cases, the last opened first."""
    found = (
        sa.select(Graduate.id)
        .join(GraduateCase, GraduateCase.graduate_id == Graduate.id)
        .where(GraduateCase.closed_on.is_(None), GraduateCase.owner_id == caseworker.account_id)
        .order_by(GraduateCase.id.desc())
    )
    ids = session.scalars(found.limit(len(_ASKED))).all()
    return sight.load_claimants(session, graduate_ids=ids)


def _ask(session: Session, caseworker: Actor, person: Claimant, number: int) -> None:
    days, given = _ASKED[number]
    said = dict(given)
    if days:
        said["graduates_on"] = (clock.today() + dt.timedelta(days=days)).isoformat()
    facts.record_facts(session, caseworker, facts.about(person), said, basis=_BASIS)


def _begin(
    session: Session,
    caseworker: Actor,
    person: Claimant,
    code: str,
    states: tuple[EntitlementState, ...],
) -> None:
    found = answers.overview(session, caseworker, person)
    offered = next(one for one in found.offered if one.answer.code == code)
    row = applications.start(session, caseworker, person, offered, words="演示数据")
    for paper in ("identity", "application_form"):
        papers.set_paper(session, caseworker, row.id, paper, is_held=True)
    for state in states:
        paid = _PAID_FEN if state is _S.PAID else None
        wish = StepInput(to=state, amount_fen=paid, words="演示数据")
        applications.move(session, caseworker, row.id, wish)
