"""Statements after hiring and the words for the outside, through their pages; people referred by program."""

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.documents.pdf_reading import read_pdf
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.referrals import Referral
from matcher.models.status_statements import StatusConsent, StatusStatement
from matcher.services.consents import seed_consent_texts
from tests.factories.employer_side import STATES, EmployerSide, make_employer_side
from tests.support.pages import PageClient
from tests.web.api_world import Call, World
from tests.web.conftest import SignInAs

_R = ReferralState
_HIRED = STATES.index(_R.IN_POST)


@pytest.fixture
def side(sqlite_factory: SessionFactory) -> EmployerSide:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        made = make_employer_side(session)
        session.flush()
        session.expunge_all()
    return made


def _agree(client: PageClient, side: EmployerSide) -> str:
    address = f"/referrals/{side.referrals[_HIRED].public_id}/statements"
    page = client.get(address).text
    text_id = page.split('name="text_id" value="')[1].split('"')[0]
    answer = client.submit(address, claim="social_insurance", text_id=text_id, on_paper="true")
    assert answer.status_code == 303, answer.text
    return address


def test_a_statement_is_agreed_to_made_read_and_taken_back(
    side: EmployerSide, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    desk, firm = signed_in_as(side.caseworker), signed_in_as(side.agent)
    person = f"/people/{side.referrals[_HIRED].public_id}"
    before = firm.get(person).text

    address = _agree(desk, side)
    with reading(sqlite_factory) as session:
        claim = session.scalars(sa.select(StatusConsent.id)).one()
    assert firm.get(person).text.count("补贴申领说明") == before.count("补贴申领说明") == 0
    assert desk.submit(f"{address}/{claim}/make", says="hardship_file").status_code == 303
    with reading(sqlite_factory) as session:
        number = session.scalars(sa.select(StatusStatement.public_id)).one()
    told = firm.get(person).text
    read = firm.submit(f"/people/statements/{number}")

    assert "补贴申领说明" in told
    assert "困难" not in told
    assert read.mimetype == "application/pdf"
    assert read_pdf(read.data).n_pages == 1
    assert firm.get(f"/people/statements/{number}").status_code == 405
    assert desk.submit(f"{address}/{claim}/take-back").status_code == 303
    assert firm.submit(f"/people/statements/{number}").status_code == 404
    assert "补贴申领说明" not in firm.get(person).text


def test_without_a_signature_or_a_name_of_the_claim_nothing_is_agreed(
    side: EmployerSide, signed_in_as: SignInAs
) -> None:
    desk = signed_in_as(side.caseworker)
    address = f"/referrals/{side.referrals[_HIRED].public_id}/statements"
    assert "这项同意只能书面给" in desk.get(address).text
    text_id = desk.get(address).text.split('name="text_id" value="')[1].split('"')[0]

    unsigned = desk.submit(address, claim="post", text_id=text_id)
    nameless = desk.submit(address, claim="other", text_id=text_id, on_paper="true")

    assert unsigned.status_code == 422
    assert nameless.status_code == 409
    assert "请写明补贴名称" in nameless.text


def test_of_somebody_who_has_not_begun_there_is_no_form(
    side: EmployerSide, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(side.caseworker).get(f"/referrals/{side.referrals[0].public_id}/statements")

    assert "本人还没有报到" in page.text
    assert "登记书面同意" not in page.text


def test_the_words_for_the_outside_are_set_on_the_drives_page(
    side: EmployerSide, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(side.manager)
    address = f"/drives/{side.drive.id}/names"

    telling = client.submit(address, neutral_name="困难职工专场")
    saved = client.submit(
        address, neutral_name="秋季就业服务", neutral_contact="大厅 3 号窗口", is_blind="true"
    )

    assert telling.status_code == 422
    assert saved.status_code == 303
    with reading(sqlite_factory) as session:
        drive = session.get_one(Drive, side.drive.id)
        assert (drive.neutral_name, drive.neutral_sender, drive.is_blind) == (
            "秋季就业服务",
            None,
            True,
        )
    assert "大厅 3 号窗口" in client.get(f"/drives/{side.drive.id}").text
    assert signed_in_as(side.caseworker).get(address).status_code == 403


@pytest.fixture
def call(app: APIFlask, sqlite_factory: SessionFactory, side: EmployerSide) -> Call:
    """Give a function that calls the API as the employer's program."""
    return World(app, sqlite_factory).bearer(Role.EMPLOYER, employer_id=side.employer.id)


def test_a_program_lists_and_answers_the_people_referred(
    call: Call, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    listed = call("GET", "/people?group=waiting").json
    first = side.referrals[0].public_id
    body = {"act": "invite", "seen": "sent", "on": clock.today().isoformat(), "note": "九点"}

    answered = call("POST", f"/people/{first}/answer", body)
    again = call("POST", f"/people/{first}/answer", body)

    assert [one["fit"] for one in listed["items"]] == [8000, 7900, 7800]
    assert "phone" in listed["items"][0]
    assert listed["items"][0]["phone"].count("*") == 4
    assert (answered.status_code, answered.json["state"]) == (200, "interview")
    assert again.status_code == 409
    assert again.json["code"] == "answered_meanwhile"
    with reading(sqlite_factory) as session:
        assert session.get_one(Referral, side.referrals[0].id).state is _R.INTERVIEW


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "invite"}, "on"),
        ({"act": "refuse"}, "reason"),
        ({"act": "offer", "reason": "skill"}, "reason"),
        ({"act": "nothing"}, "act"),
    ],
)
def test_a_program_that_sends_too_little_or_too_much_is_told_where(
    call: Call, side: EmployerSide, body: dict[str, str], field: str
) -> None:
    answer = call("POST", f"/people/{side.referrals[0].public_id}/answer", body | {"seen": "sent"})

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]
