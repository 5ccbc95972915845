"""An employer's pages of people referred: what is read, answered one by one and many at once, taken along."""

import io
import zipfile

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.documents.pdf_reading import read_pdf
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState, RefusalReason
from matcher.models.audit import AuditEntry
from matcher.models.referrals import Referral
from matcher.services.consents import seed_consent_texts
from matcher.services.permissions import Actor
from matcher.services.referrals import interview_replies
from tests.factories.accounts import make_actor
from tests.factories.employer_side import STATES, EmployerSide, make_employer_side
from tests.factories.postings import make_employer
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

_R = ReferralState


@pytest.fixture
def side(sqlite_factory: SessionFactory) -> EmployerSide:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        made = make_employer_side(session)
        session.flush()
        session.expunge_all()
    return made


@pytest.fixture
def client(side: EmployerSide, signed_in_as: SignInAs) -> PageClient:
    return signed_in_as(side.agent)


def _state(factory: SessionFactory, side: EmployerSide, place: int) -> Referral:
    with reading(factory) as session:
        found = session.get_one(Referral, side.referrals[place].id)
        session.expunge(found)
        return found


def _address(side: EmployerSide, place: int, act: str) -> str:
    return f"/people/{side.referrals[place].public_id}/answers/{act}"


def test_the_list_shows_masked_names_parts_of_the_fit_and_what_is_promised(
    client: PageClient,
) -> None:
    page = client.get("/people").text

    assert "赵*明" in page
    assert "赵一明" not in page
    assert "承诺爱心岗位 4" in page
    assert "3 人等您答复" in page


def test_filters_stand_in_the_address(client: PageClient, side: EmployerSide) -> None:
    some = client.get("/people?group=interview").text
    none = client.get(f"/people?posting={side.other_posting.public_id}").text

    assert "李*明" in some
    assert "赵*明" not in some
    assert "这里没有人" in none


def test_without_anybody_the_page_says_why(
    side: EmployerSide, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        union = session.merge(side.union)
        other = make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))

    assert "还没有推荐来的人" in signed_in_as(other).get("/people").text


def test_an_invitation_an_offer_a_refusal_and_a_delay_are_answers(
    client: PageClient, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    day = clock.today().isoformat()
    done = [
        client.submit(_address(side, 0, "invite"), on=day, note="九点，二楼", seen="sent"),
        client.submit(_address(side, 1, "offer"), reports_on=day, seen="sent"),
        client.submit(
            _address(side, 2, "refuse"), reason="skill", words="谢谢", note="会得少", seen="sent"
        ),
        client.submit(_address(side, 3, "attendance"), attended="true", seen="interview"),
        client.submit(_address(side, 6, "report"), on=day, seen="accepted"),
    ]

    assert {one.status_code for one in done} == {303}
    assert _state(sqlite_factory, side, 0).state is _R.INTERVIEW
    assert _state(sqlite_factory, side, 1).state is _R.OFFERED
    refused = _state(sqlite_factory, side, 2)
    assert (refused.refusal_reason, refused.refusal_words) == (RefusalReason.SKILL, "谢谢")
    assert refused.refusal_note_cipher
    assert _state(sqlite_factory, side, 3).has_attended is True
    assert _state(sqlite_factory, side, 6).state is _R.REPORTED


def test_an_answer_to_what_has_changed_meanwhile_is_not_taken(
    client: PageClient, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        number = side.referrals[0].id
        session.execute(sa.update(Referral).where(Referral.id == number).values(state=_R.INTERVIEW))

    answer = client.submit(_address(side, 0, "refuse"), reason="skill", seen="sent")

    assert answer.status_code == 409
    assert "刚有人办过" in answer.text
    assert _state(sqlite_factory, side, 0).state is _R.INTERVIEW


def test_what_lacks_is_said_at_its_field_and_what_was_typed_stays(
    client: PageClient, side: EmployerSide
) -> None:
    answer = client.submit(_address(side, 0, "invite"), note="九点，二楼", seen="sent")

    assert answer.status_code == 422
    assert 'id="error-invite-on"' in answer.text
    assert "九点，二楼" in answer.text


def test_many_are_answered_at_once_and_each_is_told_of(
    client: PageClient, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    picked = [side.referrals[place].public_id for place in (0, 1, 8)]
    form = client.get("/people/many", query_string={"act": "refuse", "pick": picked}).text

    answer = client.submit(
        "/people/many", act="refuse", pick=[*picked, "nobody"], reason="filled", words="名额已满"
    )

    assert form.count("checked") >= 3
    assert "2 人已办，2 人没有办" in answer.text
    assert "没有这个人" in answer.text
    assert _state(sqlite_factory, side, 0).state is _R.REFUSED
    assert _state(sqlite_factory, side, 8).state is _R.IN_POST


def test_nobody_chosen_is_said(client: PageClient) -> None:
    assert "还没有选人" in client.get("/people/many?act=refuse").text
    assert client.submit("/people/many", act="refuse", reason="filled").status_code == 422
    assert client.submit("/people/many", act="nothing").status_code == 404


def test_the_phone_is_opened_by_a_form_and_written_down(
    client: PageClient, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    address = f"/people/{side.referrals[3].public_id}"

    before = client.get(address).text
    shown = client.submit(f"{address}/phone").text

    assert "13900000003" not in before
    assert "13900000003" in shown
    with reading(sqlite_factory) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "number.revealed")
        ).one()
    assert entry.subject_id == side.referrals[3].id


def test_the_workbook_and_the_pdf_hold_what_the_page_shows(
    client: PageClient, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    book = client.submit("/people/sheet")
    pdf = client.submit("/people/print", group="waiting")

    sheet = "xl/worksheets/sheet1.xml"
    inside = zipfile.ZipFile(io.BytesIO(book.data)).read(sheet).decode()
    assert "赵一明" in inside
    assert "13900000000" in inside
    assert "低保" not in inside
    assert read_pdf(pdf.data).n_pages == 4  # the list and three résumés
    with reading(sqlite_factory) as session:
        taken = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.action == "people.taken")
            .order_by(AuditEntry.number)
        ).all()
    assert [len(one.details["referrals"]) for one in taken] == [len(STATES), 3]


def test_a_resume_is_handed_out_by_a_form_alone(client: PageClient, side: EmployerSide) -> None:
    address = f"/people/{side.referrals[0].public_id}/resume"

    assert client.get(address).status_code == 405
    answer = client.submit(address)
    assert answer.mimetype == "application/pdf"
    assert client.submit(f"/people/{side.referrals[9].public_id}/resume").status_code == 404


def test_the_page_says_whether_who_was_invited_comes(
    client: PageClient, side: EmployerSide, sqlite_factory: SessionFactory
) -> None:
    invited = side.referrals[3]
    assert "本人会来" not in client.get("/people?group=interview").text
    with transaction(sqlite_factory) as session:
        person = Actor(account_id=None, role=Role.GRADUATE, graduate_id=invited.graduate_id)
        interview_replies.reply(session, person, invited.id, is_coming=True)

    assert "本人会来" in client.get("/people?group=interview").text
    assert "本人会来" in client.get(f"/people/{invited.public_id}").text

    with transaction(sqlite_factory) as session:
        interview_replies.reply(session, person, invited.id, is_coming=False)
    page = client.get(f"/people/{invited.public_id}").text
    assert "本人来不了" in page
    assert "本人会来" not in page
