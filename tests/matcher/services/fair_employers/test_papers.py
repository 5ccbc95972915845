"""The pack: what is needed is dated data, files are what their bytes say, agents are sealed."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import EmployerState, Role
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.audit import AuditEntry
from matcher.models.employers import Employer, EmployerCheck
from matcher.models.fair_papers import FairCall, FairPaper
from matcher.models.fairs import Fair
from matcher.models.files import StoredFile
from matcher.models.organisations import Union
from matcher.policy.fair_papers import load_paper_rules, paper_rules
from matcher.services import files
from matcher.services.fair_employers import applying, packs, papers, posts, vetting
from matcher.services.fair_employers.applying import Application
from matcher.services.fair_employers.papers import PaperInput
from matcher.services.fair_employers.sight import Place, own_place
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.fair_papers import make_paper, make_shown_posting
from tests.factories.people import make_id_number
from tests.factories.placements import pdf
from tests.factories.postings import make_employer

_K, _P, _S = FairPaperKind, FairPaperState, FairEmployerState


def _hand_in(
    session: Session, by: Actor, place: Place, kind: FairPaperKind, **facts: object
) -> FairPaper:
    return papers.hand_in(session, by, place, kind, PaperInput(**facts))  # type: ignore[arg-type]


def _agent_facts() -> dict[str, object]:
    return {"name": "马建国", "number": make_id_number()}


def test_every_rule_of_the_pack_has_a_source_and_a_grade() -> None:
    rules = load_paper_rules()

    assert {one.kind for one in rules} == set(FairPaperKind)
    assert all(one.source and one.grade in "ABCU" for one in rules)
    today = paper_rules("640100", dt.date(2026, 11, 1))
    assert [kind for kind, rule in today.items() if not rule.is_needed] == [_K.POSTER]
    assert paper_rules("640100", dt.date(2018, 9, 30)) == {}


def test_a_licence_is_taken_over_from_a_check_that_is_good_until_the_fair_is_over(
    session: Session, fair: Fair, call: FairCall, employer: Employer, agent: Actor, union: Union
) -> None:
    check = _check(session, union, employer)

    applying.apply(session, agent, fair.public_id, Application())

    pack = packs.pack_of(session, own_place(session, agent, fair.public_id))
    line = pack.line(_K.LICENCE)
    assert line is not None
    assert line.paper is not None
    assert (line.paper.state, line.paper.employer_check_id) == (_P.ACCEPTED, check.id)
    assert pack.wanted == [_K.AGENT, _K.AUTHORISATION, _K.BROCHURE]
    assert packs.take_over_licence(session, own_place(session, agent, fair.public_id)) is None


def _check(session: Session, union: Union, employer: Employer) -> EmployerCheck:
    clerk = make_actor(session, Role.DRIVE_MANAGER, union=union)
    check = EmployerCheck(
        employer_id=employer.id,
        checked_by_id=clerk.account_id,
        checked_at=clock.now(),
        licence_ok=True,
        authorisation_ok=True,
        outcome=EmployerState.VERIFIED,
    )
    session.add(check)
    session.flush()
    return check


def test_a_licence_is_not_taken_over_from_a_check_that_ends_before(
    session: Session, place: Place, agent: Actor, union: Union
) -> None:
    _check(session, union, place.employer)
    place.employer.recheck_due_on = place.fair.last_on - dt.timedelta(days=1)
    session.flush()

    assert packs.take_over_licence(session, place) is None


def test_files_are_taken_by_their_bytes(session: Session, place: Place, agent: Actor) -> None:
    paper = _hand_in(session, agent, place, _K.AUTHORISATION, content=pdf())

    stored = session.get_one(StoredFile, paper.file_id)
    assert (stored.media_type, stored.purpose) == ("application/pdf", "fair_paper")
    assert place.employer.name not in stored.file_name
    for wrong in (b"MZ\x90", b"<html>", None):
        with pytest.raises(InvalidInputError):
            _hand_in(session, agent, place, _K.AUTHORISATION, content=wrong)


def test_handing_in_again_replaces_the_file_and_is_judged_anew(
    session: Session, place: Place, agent: Actor, organiser: Actor
) -> None:
    first = _hand_in(session, agent, place, _K.AUTHORISATION, content=pdf("1"))
    gone = first.file_id
    vetting.accept_paper(session, organiser, place, first.public_id)

    second = _hand_in(session, agent, place, _K.AUTHORISATION, content=pdf("2"))

    assert second.id == first.id
    assert second.state is _P.HANDED_IN
    assert second.decided_at is None
    assert session.get(StoredFile, gone) is None


def test_an_agent_is_sealed_and_shown_in_full_only_with_a_trace(
    session: Session, place: Place, agent: Actor, organiser: Actor
) -> None:
    facts = _agent_facts()

    paper = _hand_in(session, agent, place, _K.AGENT, **facts)

    assert paper.name_masked == "马*国"
    assert str(facts["number"]) not in str(paper.number_masked)
    assert str(facts["name"]).encode() not in (paper.name_cipher or b"")
    shown = papers.reveal_agent(session, organiser, place, paper.public_id)
    session.commit()
    assert (shown.name, shown.number) == (facts["name"], facts["number"])
    acts = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert acts[-1] == "fair_paper.agent_read"
    told = session.scalars(sa.select(AuditEntry)).all()
    assert all(str(facts["number"]) not in str(one.details) for one in told)


@pytest.mark.parametrize("number", ["", "640104200306150011", "123"])
def test_an_agent_needs_a_right_number(
    session: Session, place: Place, agent: Actor, number: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _hand_in(session, agent, place, _K.AGENT, name="马建国", number=number)

    assert "number" in refused.value.details["fields"]  # type: ignore[operator]


def test_a_paper_that_ends_before_the_fair_is_not_taken(
    session: Session, place: Place, agent: Actor
) -> None:
    ends = place.fair.last_on - dt.timedelta(days=1)

    with pytest.raises(InvalidInputError):
        _hand_in(session, agent, place, _K.LICENCE, content=pdf(), valid_until=ends)


def test_the_brochure_may_be_printed_from_the_posts_chosen(
    session: Session, place: Place, agent: Actor
) -> None:
    with pytest.raises(InvalidInputError):
        _hand_in(session, agent, place, _K.BROCHURE, is_from_posts=True)
    make_shown_posting(session, place.row)

    paper = _hand_in(session, agent, place, _K.BROCHURE, is_from_posts=True)

    assert paper.is_from_posts
    assert paper.file_id is None


def test_papers_are_read_by_the_organiser_of_its_union_alone_and_each_time_is_noted(
    session: Session, place: Place, agent: Actor, organiser: Actor
) -> None:
    paper = _hand_in(session, agent, place, _K.AUTHORISATION, content=pdf("合同"))
    session.commit()

    _, content = papers.read_paper(session, organiser, place, paper.public_id)
    session.commit()

    assert content == pdf("合同")
    acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert "fair_paper.read" in acts
    stranger = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))
    stored = session.get_one(StoredFile, paper.file_id)
    with pytest.raises(NotFoundError):
        files.get_file(session, stranger, stored.public_id)


def test_who_does_not_come_hands_nothing_in(session: Session, place: Place, agent: Actor) -> None:
    place.row.state = _S.WITHDRAWN

    with pytest.raises(RuleBrokenError):
        _hand_in(session, agent, place, _K.LICENCE, content=pdf())
    with pytest.raises(RuleBrokenError):
        posts.choose_posts(session, agent, place, [])


def test_only_the_two_sides_of_a_place_act_on_it(
    session: Session, place: Place, organiser: Actor
) -> None:
    paper = make_paper(session, place.row, _K.AUTHORISATION)
    elsewhere = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))
    other = make_actor(session, Role.EMPLOYER, employer=make_employer(session))

    for stranger in (elsewhere, other):
        with pytest.raises(NotFoundError):
            _hand_in(session, stranger, place, _K.LICENCE, content=pdf())
        with pytest.raises(NotFoundError):
            posts.choose_posts(session, stranger, place, [])
        with pytest.raises(NotFoundError):
            papers.read_paper(session, stranger, place, paper.public_id)
        with pytest.raises(NotFoundError):
            vetting.accept_paper(session, stranger, place, paper.public_id)
        with pytest.raises(NotFoundError):
            applying.leave(session, stranger, place, reason=None)
