"""Nothing of anybody is published but the very text the person signed, and saying no changes nothing."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.models import Base
from matcher.models.people_rights import Disclosure, StoryConsent
from matcher.services.people_rights import story_consents
from matcher.services.people_rights.story_consents import SignedPaper, Story
from tests.factories.accounts import make_actor
from tests.factories.people_rights import Caseload, make_caseload
from tests.support import tree

TEXT = "他每天骑车去上班，今年转正了。"
PAPER = SignedPaper(b"%PDF signed", "application/pdf")
STORY = Story(TEXT, media=("区总公众号",), photo=b"jpeg bytes")


@pytest.fixture
def load(session: Session) -> Caseload:
    return make_caseload(session)


@pytest.fixture
def consent(session: Session, load: Caseload) -> StoryConsent:
    person = ("member", load.holders[0].id)
    return story_consents.record_consent(session, load.worker, person, STORY, PAPER, clock.today())


def test_the_very_text_leaves_and_is_logged_as_a_disclosure(
    session: Session, load: Caseload, consent: StoryConsent
) -> None:
    story_consents.release(session, load.worker, consent.public_id, STORY, "区总公众号")

    row = session.scalars(sa.select(Disclosure)).one()
    assert (row.consent_kind, row.consent_id) == ("story_consent", consent.id)
    assert (row.subject_kind, row.subject_id) == ("member", load.holders[0].id)


@pytest.mark.parametrize(
    ("story", "medium"),
    [
        (Story(TEXT + "！", photo=b"jpeg bytes"), "区总公众号"),
        (Story(TEXT.replace("他", "她")), "区总公众号"),
        (Story(TEXT, photo=b"another photo"), "区总公众号"),
        (Story(TEXT, names_person=True), "区总公众号"),
        (Story(TEXT), "日报"),
    ],
)
def test_another_text_photo_name_or_medium_does_not(
    session: Session, load: Caseload, consent: StoryConsent, story: Story, medium: str
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        story_consents.release(session, load.worker, consent.public_id, story, medium)

    assert refused.value.code == "story_not_consented"
    assert session.scalars(sa.select(Disclosure)).all() == []


def test_a_withdrawal_works_at_once_whoever_enters_it(
    session: Session, load: Caseload, consent: StoryConsent
) -> None:
    own = make_actor(session, Role.HOLDER, member=load.holders[0])
    story_consents.withdraw_own(session, own, consent.public_id)

    with pytest.raises(RuleBrokenError):
        story_consents.release(session, load.worker, consent.public_id, STORY, "区总公众号")
    neighbour = make_actor(session, Role.HOLDER, member=load.holders[1])
    with pytest.raises(NotFoundError):
        story_consents.withdraw_own(session, neighbour, consent.public_id)


def test_without_a_signed_paper_there_is_no_consent(session: Session, load: Caseload) -> None:
    person = ("member", load.holders[0].id)

    with pytest.raises(InvalidInputError) as refused:
        story_consents.record_consent(
            session,
            load.worker,
            person,
            Story("短"),
            SignedPaper(b"", "application/pdf"),
            clock.today(),
        )

    assert set(refused.value.details["fields"]) == {"text", "media", "paper"}  # type: ignore[call-overload]


def _everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables but the answers to publicity."""
    session.flush()
    return {
        table.name: sorted(map(tuple, session.execute(sa.select(table)).all()), key=str)
        for table in Base.metadata.sorted_tables
        if table.name not in {"story_consent", "audit_entry", "audit_head"}
    }


def test_a_refusal_changes_nothing_else(session: Session, load: Caseload) -> None:
    before = _everything(session)
    person = ("member", load.holders[0].id)

    refused = story_consents.record_refusal(session, load.worker, person, STORY, clock.today())

    assert _everything(session) == before
    with pytest.raises(RuleBrokenError):
        story_consents.release(session, load.worker, refused.public_id, STORY, "区总公众号")


def test_no_use_case_of_aid_reads_what_was_said_to_publicity() -> None:
    """Refusing can have no effect where nobody looks."""
    readers = {
        tree.name(path)
        for path in tree.files(".py", under=("matcher/services", "workers"))
        if "StoryConsent" in path.read_text() or "story_consent" in path.read_text()
    }

    assert {path for path in readers if "people_rights" not in path} == set()
