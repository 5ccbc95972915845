"""The résumé an employer opens: one page, by what was agreed, without hardship, numbers, parents or address."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.pdf_reading import read_pdf
from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds import HardshipTier, Role
from matcher.kinds.referrals import DisclosurePart, ReferralState
from matcher.models.audit import AuditEntry
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.referrals import Referral
from matcher.services import sealing
from matcher.services.permissions import Actor
from matcher.services.referrals import own_resumes, resumes
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.matcher.documents.test_pdf_reading import make_pdf

_R = ReferralState
ALL = [part.value for part in DisclosurePart]
ID_NUMBER = "640104200306150018"
PHONE = "13912345678"
ADDRESS = "银川市兴庆区解放西街 9 号院 3 单元 401"
ABOUT = (
    "会用 Linux，做过两年网络维护。我家是零就业家庭，享受低保。父亲陈大山下岗，母亲王秀英有病。"
    f"身份证 {ID_NUMBER}，家住{ADDRESS}。领过国家助学金，希望优先录用。普通话二级甲等。"
)
BARRED = (
    "零就业", "低保", "困难", "助学金", "优先", "预留", "父亲", "母亲", "陈大山", "王秀英", "有病", "下岗",
    ID_NUMBER, "6401", "解放西街", "401", "兴庆区", "640104", "S00", "2003",
)  # fmt: skip


@pytest.fixture
def referral(session: Session) -> Referral:
    """Give a sent referral of somebody whose record is full of what an employer must not know."""
    posting = make_posting(session, title="网络运维工程师", place_text="银川市")
    union = session.get_one(Union, session.get_one(Drive, posting.drive_id).union_id)
    household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
    sealing.seal_address(session, household, ADDRESS)
    make_member(session, household, name="陈大山", relation="父亲")
    make_member(session, household, name="王秀英", relation="母亲")
    graduate = make_graduate(
        session,
        union,
        household=household,
        name="陈小辰",
        about=ABOUT,
        id_number=ID_NUMBER,
        phone=PHONE,
        hardship_codes=7,
        certificates=["teacher_high"],
    )
    make_referable(session, session.get_one(Drive, posting.drive_id), graduate)
    return make_referral(session, posting, graduate, disclosed=ALL)


@pytest.fixture
def agent(session: Session, referral: Referral) -> Actor:
    employer = session.get_one(Employer, referral.employer_id)
    return make_actor(session, Role.EMPLOYER, employer=employer)


@pytest.fixture
def person(session: Session, referral: Referral) -> Actor:
    graduate = session.get_one(Graduate, referral.graduate_id)
    return make_actor(session, Role.GRADUATE, graduate=graduate)


def _text(session: Session, by: Actor, referral: Referral) -> str:
    content, media_type = resumes.page_for(session, by, referral)
    read = read_pdf(content)
    assert (media_type, read.n_pages, read.acting) == ("application/pdf", 1, frozenset())
    return read.text


def test_it_tells_what_was_agreed_and_nothing_of_hardship_numbers_parents_or_address(
    session: Session, referral: Referral, agent: Actor
) -> None:
    text = _text(session, agent, referral)

    for told in (
        "陈小辰",
        PHONE,
        "宁夏大学",
        "会计学",
        "网络运维工程师",
        "会用 Linux",
        "普通话二级甲等",
    ):
        assert told in text, told
    for barred in BARRED:
        assert barred not in text, barred


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (DisclosurePart.NAME, "陈小辰"),
        (DisclosurePart.PHONE, PHONE),
        (DisclosurePart.SCHOOL, "宁夏大学"),
        (DisclosurePart.ABOUT, "会用 Linux"),
    ],
)
def test_a_part_that_was_not_agreed_to_is_not_there(
    session: Session, referral: Referral, agent: Actor, part: DisclosurePart, told: str
) -> None:
    referral.disclosed = [one for one in ALL if one != part.value]

    text = _text(session, agent, referral)

    assert told not in text
    assert "会计学" in text


def test_without_the_part_there_is_no_resume(
    session: Session, referral: Referral, agent: Actor
) -> None:
    referral.disclosed = ["name", "phone"]

    with pytest.raises(NotFoundError):
        resumes.page_for(session, agent, referral)


def test_a_blind_drive_shows_it_once_an_interview_is_agreed(
    session: Session, referral: Referral, agent: Actor
) -> None:
    session.get_one(Drive, referral.drive_id).is_blind = True
    with pytest.raises(NotFoundError):
        resumes.page_for(session, agent, referral)

    referral.state, referral.interview_on = _R.INTERVIEW, clock.today()

    assert "陈小辰" in _text(session, agent, referral)


@pytest.mark.parametrize("state", [_R.DECLINED, _R.WITHDRAWN, _R.REFUSED])
def test_a_referral_that_ended_shows_it_no_more(
    session: Session, referral: Referral, agent: Actor, state: ReferralState
) -> None:
    ended = make_referral(session, graduate=make_graduate(session), state=state, disclosed=ALL)
    ended.employer_id = referral.employer_id

    with pytest.raises(NotFoundError):
        resumes.page_for(session, agent, ended)


def test_a_consent_taken_back_closes_it_at_once(
    session: Session, referral: Referral, agent: Actor
) -> None:
    session.get_one(Consent, referral.consent_id).withdrawn_at = clock.now()
    session.flush()

    with pytest.raises(NotFoundError):
        resumes.page_for(session, agent, referral)


def test_others_do_not_open_it(session: Session, referral: Referral) -> None:
    other = session.get_one(Employer, make_posting(session).employer_id)
    strangers = (
        make_actor(session, Role.EMPLOYER, employer=other),
        make_actor(session, Role.GRADUATE, graduate=make_graduate(session)),
        make_actor(session, Role.CASEWORKER),
    )
    for stranger in strangers:
        with pytest.raises(NotFoundError):
            resumes.page_for(session, stranger, referral)


def test_the_trail_says_who_opened_it_and_which_parts(
    session: Session, referral: Referral, agent: Actor
) -> None:
    resumes.page_for(session, agent, referral)
    session.commit()

    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "resume.opened")).one()
    assert (entry.actor_id, entry.subject_id) == (agent.account_id, referral.id)
    assert entry.details["parts"] == sorted(ALL)


def test_the_file_names_nobody(session: Session, referral: Referral, agent: Actor) -> None:
    content, _ = resumes.page_for(session, agent, referral)

    assert b"/Title<FEFF%b>" % "简历".encode("utf-16-be").hex().upper().encode() in content
    for word in (b"/Author", b"/Subject", b"/Keywords"):
        assert word not in content


def test_long_words_still_make_one_page(session: Session, referral: Referral, agent: Actor) -> None:
    session.get_one(Graduate, referral.graduate_id).about = "做过网络维护和机房巡检。" * 800

    assert "做过网络维护" in _text(session, agent, referral)


def test_an_own_pdf_is_shown_only_where_everything_is(
    session: Session, referral: Referral, agent: Actor, person: Actor
) -> None:
    own_resumes.upload(session, person, referral.graduate_id, make_pdf())
    assert resumes.page_for(session, agent, referral)[0] == make_pdf()

    referral.disclosed = [one for one in ALL if one != "phone"]
    assert resumes.page_for(session, agent, referral)[0] != make_pdf()

    referral.disclosed = ALL
    own_resumes.choose(session, person, referral.graduate_id, is_used=False)
    assert resumes.page_for(session, agent, referral)[0] != make_pdf()


def test_an_own_pdf_lies_encrypted_under_a_neutral_name_and_goes_with_its_row(
    session: Session, referral: Referral, person: Actor
) -> None:
    own_resumes.upload(session, person, referral.graduate_id, make_pdf())
    own_resumes.upload(session, person, referral.graduate_id, make_pdf(b"<< /X 1 >>"))
    names = session.scalars(sa.select(StoredFile.file_name)).all()
    assert names == ["resume.pdf"]

    assert own_resumes.remove(session, person, referral.graduate_id)

    assert session.scalars(sa.select(StoredFile.id)).all() == []
    assert not own_resumes.remove(session, person, referral.graduate_id)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ", "resume_type"),
        (make_pdf(b"<< /S /Launch /F (x) >>"), "resume_active"),
        (make_pdf(b"<< /Encrypt 4 0 R >>"), "resume_active"),
        (make_pdf(b"<< /Type /Page >>"), "resume_pages"),
        (make_pdf() + b"0" * 3_000_000, "resume_size"),
        (
            make_pdf(
                b"8 0 obj << >>\nstream\nBT (" + b"ID 640104200306150018) Tj ET\nendstream endobj"
            ),
            "resume_tells",
        ),
    ],
)
def test_a_pdf_that_is_closed_acts_or_tells_too_much_is_refused(
    session: Session, referral: Referral, person: Actor, content: bytes, code: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        own_resumes.upload(session, person, referral.graduate_id, content)

    assert caught.value.code == code
    assert session.scalars(sa.select(StoredFile.id)).all() == []


def test_only_the_person_and_the_union_keep_it(session: Session, referral: Referral) -> None:
    stranger = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))

    with pytest.raises(NotFoundError):
        own_resumes.upload(session, stranger, referral.graduate_id, make_pdf())
