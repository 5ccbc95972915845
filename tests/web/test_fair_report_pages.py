"""Pages after a fair: who may close and hand in, figures that open their rows, links without an account, paper."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import open_table
from matcher.kinds import Role
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState, SurveySide
from matcher.kinds.fairs import FairState
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_reports import FairFollow, FairReport, FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperBatch
from matcher.models.fairs import Fair
from matcher.models.graduates import Graduate
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_reports import asking, figures
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, come_in, make_contact, make_held_fair
from tests.factories.fair_paper import sign_in_line, typed_book
from tests.support.pages import PageClient
from tests.web.cohort_world import Enter, Office, enter, office, send
from tests.web.conftest import SignInAs

WORLD = (enter, office)


@pytest.fixture
def made(sqlite_factory: SessionFactory, office: Office) -> HeldFair:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        drive = session.get_one(Drive, office.drive_id)
        held = make_held_fair(session, drive)
        person = session.scalars(
            sa.select(Graduate).where(Graduate.public_id == office.person)
        ).one()
        held.visitors.append(come_in(session, held, person))
        make_contact(session, held.places[0], held.visitors[0], ContactState.INTENT)
        make_contact(session, held.places[1], held.visitors[-1], ContactState.INTENT)
        session.expunge_all()
        return held


def _address(made: HeldFair, rest: str = "/report") -> str:
    return f"/fairs/{made.fair.public_id}{rest}"


def _close(client: PageClient, made: HeldFair, **fields: object) -> int:
    return send(client, _address(made, "/report/close"), **fields)


def _state(factory: SessionFactory, made: HeldFair) -> FairState:
    with reading(factory) as session:
        return session.get_one(Fair, made.fair.id).state


def test_an_organiser_closes_with_who_stayed_away_and_a_caseworker_does_not(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    caseworker = enter(Role.CASEWORKER)
    assert caseworker.get(_address(made)).status_code == 200
    assert _close(caseworker, made) == 403

    organiser = enter(Role.FAIR_ORGANISER)
    assert _close(organiser, made, stayed_away=made.places[2].public_id) == 303
    page = organiser.get(_address(made)).text

    assert _state(sqlite_factory, made) is FairState.CLOSED
    assert "1 家没有到会" in page
    assert _close(organiser, made) == 303


def test_who_talked_cannot_have_stayed_away_and_the_form_says_so(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    organiser = enter(Role.FAIR_ORGANISER)

    assert _close(organiser, made, stayed_away=made.places[0].public_id) == 422
    assert _state(sqlite_factory, made) is FairState.ANNOUNCED


@pytest.mark.parametrize("code", [one.code for one in (*figures.REPORT, *figures.BESIDE)])
def test_every_figure_opens_a_page(enter: Enter, made: HeldFair, code: str) -> None:
    organiser = enter(Role.FAIR_ORGANISER)
    _close(organiser, made)

    answer = organiser.get(_address(made, f"/report/rows/{code}"))

    assert answer.status_code == 200
    assert "张小辰" not in answer.text
    assert organiser.get(_address(made, "/report/rows/nothing")).status_code == 404


def test_handing_in_keeps_the_figures_and_a_wrong_day_says_why(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    organiser = enter(Role.FAIR_ORGANISER)
    _close(organiser, made)
    where, to = _address(made, "/report/hand-in"), {"handed_to": "人社局"}

    assert send(organiser, where, handed_in_on="2000-01-01", **to) == 422
    assert send(organiser, where, handed_in_on=clock.today().isoformat(), **to) == 303

    with reading(sqlite_factory) as session:
        report = session.scalars(sa.select(FairReport)).one()
    assert report.figures["intent_people"] == 2
    assert report.digest is not None
    assert report.digest in organiser.get(_address(made)).text


def test_the_files_of_the_report_are_handed_out_and_the_workbook_is_noted(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    organiser = enter(Role.FAIR_ORGANISER)

    pdf = organiser.get(_address(made, "/report/pdf"))
    token = {"csrf_token": organiser.token()}
    book = organiser.post(_address(made, "/report/book"), data=token)

    assert pdf.data.startswith(b"%PDF")
    assert len(open_table(book.data, "报告.xlsx")) == len(figures.REPORT) + 1
    with reading(sqlite_factory) as session:
        acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert "fair_report.exported" in acts


def test_staff_record_a_result_and_the_organiser_is_led_to_no_record(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    organiser, caseworker = enter(Role.FAIR_ORGANISER), enter(Role.CASEWORKER)
    _close(organiser, made)
    with reading(sqlite_factory) as session:
        on_file = sa.select(FairFollow.public_id).where(
            FairFollow.visitor_id == made.visitors[-1].id
        )
        follow_id = session.scalars(on_file).one()
    where = f"/fairs/intents/{follow_id}"

    assert "登记去向" not in organiser.get(where).text
    assert "登记去向" in caseworker.get(where).text
    assert send(caseworker, where, said="hired") == 303
    assert send(caseworker, where, said="hired", happened_on="2099-01-01") == 422

    listed = organiser.get(_address(made, "/intents?state=hired")).text
    assert listed.count("登记结果") == 1
    with reading(sqlite_factory) as session:
        found = session.scalars(sa.select(FairFollow).where(FairFollow.public_id == follow_id))
        assert found.one().state is FollowState.HIRED


def _link(factory: SessionFactory, made: HeldFair, side: SurveySide) -> str:
    with transaction(factory) as session:
        if side is SurveySide.EMPLOYER:
            asking.ask_place(session, made.places[0].id)
            return f"/after/{asking.token_of(session, side, made.places[0].public_id)}"
        asking.ask_visitor(session, made.visitors[0].id)
        return f"/after/{asking.token_of(session, side, made.visitors[0].public_id)}"


@pytest.mark.parametrize("side", list(SurveySide))
def test_a_link_answers_survey_and_intent_without_an_account_and_looking_changes_nothing(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair, side: SurveySide
) -> None:
    _close(enter(Role.FAIR_ORGANISER), made)
    link, client = _link(sqlite_factory, made, side), enter(Role.CASEWORKER)
    page = client.get(link)
    follow = re.findall(r'name="follow" value="(\w+)"', page.text)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert len(follow) == 1
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    said = {"csrf_token": token, "follow": follow[0], "said": "hired"}
    assert client.post(f"{link}/intents", data=said).status_code == 303
    for wanted in (303, 409):
        sent = {"csrf_token": token, "q_overall": "5", "words": "好"}
        assert client.post(f"{link}/survey", data=sent).status_code == wanted
    assert client.post(f"{link}/survey", data={"q_overall": "5"}).status_code == 400
    assert client.get(f"{link}x").status_code == 404
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(FairSurveyAnswer.id))) == 1


def test_the_survey_at_the_exit_takes_anybodys_answer(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    where = f"/f/{made.fair.token}/survey/visitor"
    page = client.get(where)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]

    assert client.post(where, data={"csrf_token": token}).status_code == 422
    number = re.findall(r'name="number" value="([^"]+)"', page.text)[0]
    sent = {"csrf_token": token, "number": number, "q_overall": "4"}
    assert [client.post(where, data=sent).status_code for _ in range(2)] == [303, 303]
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(FairSurveyAnswer.id))) == 1
    assert client.get("/after/thanks").status_code == 200
    assert client.get(f"/f/{made.fair.token}/survey/nobody").status_code == 404
    assert client.get("/f/nothing/survey/visitor").status_code == 404
    with transaction(sqlite_factory) as session:
        fair = session.get_one(Fair, made.fair.id)
        fair.first_on = fair.last_on = clock.today() + dt.timedelta(days=1)
    assert "现在不能填" in client.get(where).text
    assert client.post(where, data={"csrf_token": token, "q_overall": "4"}).status_code == 409


def test_paper_is_printed_uploaded_looked_at_entered_and_undone(
    sqlite_factory: SessionFactory, enter: Enter, made: HeldFair
) -> None:
    organiser = enter(Role.FAIR_ORGANISER)
    for what in ("sign-in", "contacts", "survey/visitor", "survey/employer"):
        printed = organiser.get(_address(made, f"/paper/{what}?sign_in=3&each_booth=2&survey=2"))
        assert printed.data.startswith(b"%PDF"), what
    assert organiser.get(_address(made, "/paper/book")).status_code == 200
    assert organiser.get(_address(made, "/paper/book?sign_in=0")).status_code == 422
    listed = organiser.post(_address(made, "/paper/list"), data={"csrf_token": organiser.token()})
    assert listed.data.startswith(b"%PDF")

    assert _upload(organiser, made, b"nothing") == 422
    with reading(sqlite_factory) as session:
        fair = session.get_one(Fair, made.fair.id)
        book = typed_book([sign_in_line(fair, 1, "", "李四", "", "", "", "", "是")])
    assert _upload(organiser, made, book) == 303
    with reading(sqlite_factory) as session:
        batch = session.scalars(sa.select(FairPaperBatch.public_id)).one()
    where = _address(made, f"/paper/{batch}")
    assert "录入 1 行" in organiser.get(where).text
    assert send(organiser, f"{where}/enter") == 303
    assert send(organiser, f"{where}/undo") == 303
    assert send(organiser, f"{where}/enter") == 409
    assert "已撤销" in organiser.get(_address(made, "/paper")).text


def _upload(client: PageClient, made: HeldFair, content: bytes) -> int:
    data = {"csrf_token": client.token(), "file": (io.BytesIO(content), "补录.xlsx")}
    return client.post(_address(made, "/paper"), data=data).status_code


def test_an_employer_tells_of_its_own_intents_on_the_site_and_of_no_others(
    sqlite_factory: SessionFactory, enter: Enter, signed_in_as: SignInAs, made: HeldFair
) -> None:
    _close(enter(Role.FAIR_ORGANISER), made)
    clients = []
    with transaction(sqlite_factory) as session:
        for place in made.places[:2]:
            employer = session.get_one(Employer, place.employer_id)
            clients.append(make_actor(session, Role.EMPLOYER, employer=employer))
        on_first = sa.select(FairFollow).where(FairFollow.fair_employer_id == made.places[0].id)
        follow = session.scalars(on_first).one().public_id
    where = f"/my-fairs/{made.fair.public_id}/intents"
    own, other = signed_in_as(clients[0]), signed_in_as(clients[1])

    page = own.get(where).text
    assert follow in page
    assert follow not in other.get(where).text
    assert send(other, where, follow=follow, said="hired") == 404
    assert send(own, where, follow=follow, said="hired", happened_on="2099-01-01") == 422
    assert send(own, where, follow=follow, said="hired") == 303
    assert "您上次说的是：已录用" in own.get(where).text
