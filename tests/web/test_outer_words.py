"""Nothing employers and graduates get tells anybody's status: pages, headers, addresses, files (decisions.md 31).

The world of the test is full of it: a zero-employment family on file, reserved seats offered and held for its
graduate, a finished run, an interview, a job recorded, a course, questions sent by link.
"""

import re
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import ConsentPurpose, HardshipTier, Role, SeatClass
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.follow_ups import CallBack
from matcher.models.graduates import Graduate
from matcher.models.interviews import InterviewDay
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.models.training import Course, TrainingProvider
from matcher.services.consents import seed_consent_texts
from matcher.services.referrals import links
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.entitlements import make_application_row
from tests.factories.follow_ups import make_call_back, make_survey
from tests.factories.interviews import make_interview_rows
from tests.factories.people import make_graduate, make_household
from tests.factories.placements import make_placement
from tests.factories.postings import make_employer, make_posting
from tests.factories.ranked_drives import rank
from tests.factories.referrals import make_consent, make_referable, make_referral
from tests.factories.training import make_course, make_training
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from web.answer_pages.kinds import AnswerPage
from web.answer_pages.registry import PAGES

WORDS = re.compile(
    "困难|零就业|低保|帮扶|援助|脱困|优先|预留|保底|阳光就业"
    "|hardship|zero.?employment|reserved|priority|tier|poverty|low.?income",
    re.IGNORECASE,
)
"""ui.md, wording; the English ones for addresses, classes, JSON and the second language."""

_EMPLOYER = ("api_tokens", "own_postings", "own_employer", "vocabulary_search")
_EMPLOYER_LISTS = ("own_interviews", "own_orders", "closed_postings")
_EMPLOYER_PEOPLE = ("own_people", "own_people_acts", "api_people")
_GRADUATE = (
    *("own_matches", "own_profile", "own_consents", "registration", "vocabulary_search"),
    *("own_resume", "own_trainings", "own_placements", "own_entitlements"),
)
_SHARED = ("/home", "/account", "/nowhere")


def _check(answer: TestResponse) -> None:
    """Look through body, headers and the address somebody is sent to."""
    headers = " ".join(f"{name}: {unquote(value)}" for name, value in answer.headers.items())
    said = "" if answer.mimetype == "application/pdf" else answer.text
    for text in (answer.request.path, headers, said):
        found = WORDS.search(text)
        assert found is None, (answer.request.path, text[max(0, found.start() - 40) : found.end()])


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> tuple[int, int]:
    """Give the ids of a graduate and an employer in a ranked drive full of statuses."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session)
        drive = make_drive(session, union, name="阳光就业 2026", neutral_name="毕业生服务")
        employer = make_employer(session, union)
        for kind in (SeatClass.HARDSHIP, SeatClass.ZERO_EMPLOYMENT):
            make_posting(session, drive, employer, reserved={kind: 1})
        household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
        graduate = make_graduate(session, union, household=household, hardship_codes=7)
        make_entry(session, drive, graduate)
        ids, drive_id = (graduate.id, employer.id), drive.id
    rank(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        _refer(session, session.get_one(Graduate, ids[0]))
    return ids


def _refer(session: Session, graduate: Graduate) -> None:
    """Refer a graduate to both reserved seats and let everything follow that is told outside."""
    offered, invited = session.scalars(sa.select(Posting).order_by(Posting.id)).all()
    make_consent(session, graduate, ConsentPurpose.SERVICE)
    make_referral(session, offered, graduate, state=ReferralState.OFFERED, seat=True)
    referral = make_referral(
        session, invited, graduate, state=ReferralState.INTERVIEW, seat=True, interview_words="三楼"
    )
    make_interview_rows(session, referral)
    make_call_back(session, make_placement(session, graduate, state=PlacementState.CHECKING))
    make_survey(session, offered)
    make_application_row(session, graduate, make_actor(session, Role.CASEWORKER))
    union = session.get_one(Union, graduate.union_id)
    course = make_course(session, union, employer_id=offered.employer_id, promised_posts=2)
    make_training(session, make_actor(session, Role.CASEWORKER, union=union), course, graduate)


def _referrals(factory: SessionFactory) -> list[str]:
    with transaction(factory) as session:
        return list(session.scalars(sa.select(Referral.public_id)))


def _addresses(app: Flask, blueprints: tuple[str, ...], **values: str) -> list[str]:
    """Return the addresses of all pages of some areas that can be read."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            area = rule.endpoint.split(".")[0]
            if area in blueprints and "GET" in (rule.methods or ()):
                wanted: dict[str, Any] = {name: values[name] for name in rule.arguments}
                found.append(app.url_for(rule.endpoint, **wanted))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_an_employer_gets_tells_a_status(
    app: Flask,
    world: tuple[int, int],
    signed_in_as: SignInAs,
    sqlite_factory: SessionFactory,
    language: str,
) -> None:
    client = _client(sqlite_factory, signed_in_as, world, Role.EMPLOYER)
    client.submit("/language", language=language)
    with transaction(sqlite_factory) as session:
        public_ids = list(session.scalars(sa.select(Posting.public_id)))
    assert len(public_ids) == 2
    referrals = _referrals(sqlite_factory)
    assert len(referrals) == 2

    for address in _addresses(app, _EMPLOYER_LISTS):
        _check(client.get(address))
    for referral in referrals:
        assert client.get(f"/people/{referral}").status_code == 200
        for address in _addresses(app, _EMPLOYER_PEOPLE, public_id=referral):
            _check(client.get(address))
        for what in ("resume", "phone"):
            _check(client.submit(f"/people/{referral}/{what}"))
    for public_id in public_ids:
        for address in _addresses(app, _EMPLOYER, public_id=public_id, kind="majors"):
            _check(client.get(address))
    for address in _SHARED:
        _check(client.get(address))
    _check(client.submit("/my/postings/read", requirement="会计学", conditions="认真"))
    _check(client.submit("/my/postings", title="", act="publish"))
    _check(client.submit(f"/my/postings/{public_ids[0]}", title="会计", headcount="1", pledged="2"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_a_graduate_gets_tells_a_status(
    app: Flask,
    world: tuple[int, int],
    signed_in_as: SignInAs,
    sqlite_factory: SessionFactory,
    language: str,
) -> None:
    client = _client(sqlite_factory, signed_in_as, world, Role.GRADUATE)
    client.submit("/language", language=language)
    if language == "zh":
        assert "适合你的岗位" in client.get("/me").text
        assert 'class="panel match"' in client.get("/me").text

    for address in (*_addresses(app, _GRADUATE, kind="places"), *_SHARED, "/me/hidden?name=公司"):
        _check(client.get(address))
    for referral in _referrals(sqlite_factory):
        assert client.get(f"/me/referrals/{referral}").status_code == 200
        for address in _addresses(app, ("own_referrals",), public_id=referral):
            _check(client.get(address))
    _check(client.get("/me/list"))
    for form in ("page", "json"):
        _check(client.submit("/me/consents/data", form=form))
    _check(client.submit("/me/profile", major_1="会计学", education="bachelor"))
    _check(client.submit("/me/consents/ranking/withdraw"))
    _check(client.get("/me"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.purpose}-{page.subject_kind}")
def test_nothing_an_answer_link_shows_tells_a_status(
    world: tuple[int, int],
    client: PageClient,
    sqlite_factory: SessionFactory,
    page: AnswerPage,
    language: str,
) -> None:
    with transaction(sqlite_factory) as session:
        token = links.issue(
            session,
            purpose=page.purpose,
            subject=(page.subject_kind, _subject(session, page)),
            **_recipient(session, page, world),
        )
    client.submit("/language", language=language)

    answer = client.get(f"/a/{token}")

    assert answer.status_code == 200
    assert "<form" in answer.text.partition("<main")[2]
    _check(answer)


def _subject(session: Session, page: AnswerPage) -> int:
    state = {
        LinkPurpose.OFFER: ReferralState.OFFERED,
        LinkPurpose.REFERRAL: ReferralState.PROPOSED,
        LinkPurpose.INTERVIEW: ReferralState.INTERVIEW,
    }.get(page.purpose)
    tables = {
        "referral": sa.select(Referral.id).where(Referral.state == state),
        "employer": sa.select(Posting.employer_id),
        "interview_day": sa.select(InterviewDay.id),
        "placement": sa.select(Placement.id),
        "call_back": sa.select(CallBack.id),
        "course": sa.select(Course.id),
    }
    found = session.scalars(tables[page.subject_kind].limit(1)).first()
    if found is None:  # nobody waits to be asked yet
        posting = session.scalars(sa.select(Posting).limit(1)).one()
        other = make_household(session, make_union(session), tier=HardshipTier.DEEP)
        graduate = make_graduate(session, session.get_one(Union, other.union_id), household=other)
        make_referable(session, session.get_one(Drive, posting.drive_id), graduate)
        found = make_referral(session, posting, graduate, state=ReferralState.PROPOSED).id
    return found


def _recipient(session: Session, page: AnswerPage, ids: tuple[int, int]) -> dict[str, int]:
    if page.subject_kind == "course":
        return {"provider_id": session.scalars(sa.select(TrainingProvider.id)).one()}
    if page.subject_kind == "employer":
        return {"employer_id": ids[1]}
    if page.purpose is LinkPurpose.REFERRAL:
        proposed = sa.select(Referral.graduate_id).where(Referral.state == ReferralState.PROPOSED)
        return {"graduate_id": session.scalars(proposed).one()}
    return {"graduate_id": ids[0]}


def test_style_sheets_and_scripts_everybody_gets_tell_nothing(client: PageClient) -> None:
    for name in ("site.css", "more.css", "outer.css", "site.js", "icon.svg"):
        _check(client.get(f"/static/{name}"))


def _client(
    factory: SessionFactory, signed_in_as: SignInAs, ids: tuple[int, int], role: Role
) -> PageClient:
    with transaction(factory) as session:
        if role is Role.GRADUATE:
            actor = make_actor(session, role, graduate=session.get_one(Graduate, ids[0]))
        else:
            actor = make_actor(session, role, employer=session.get_one(Employer, ids[1]))
    return signed_in_as(actor)
