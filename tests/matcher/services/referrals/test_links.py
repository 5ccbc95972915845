"""Answer links: only the hash is kept, looking changes nothing, a final answer is given once."""

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotFoundError
from matcher.kinds import Role
from matcher.kinds.referrals import LinkPurpose
from matcher.models.audit import AuditEntry
from matcher.models.graduates import Graduate
from matcher.models.referrals import AnswerLink
from matcher.services.referrals import links
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer


@pytest.fixture
def graduate(session: Session) -> Graduate:
    return make_graduate(session)


def _issue(session: Session, graduate: Graduate, **changes: object) -> str:
    wish: dict[str, object] = {
        "purpose": LinkPurpose.REFERRAL,
        "subject": ("referral", 7),
        "graduate_id": graduate.id,
    }
    return links.issue(session, **(wish | changes))  # type: ignore[arg-type]  # by name


def _row(session: Session) -> tuple[object, ...]:
    table = AnswerLink.__table__
    return tuple(session.execute(sa.select(table)).one())


def test_only_the_hash_of_a_token_is_kept(session: Session, graduate: Graduate) -> None:
    token = _issue(session, graduate)

    assert len(token) == 43
    assert session.scalar(sa.select(AnswerLink.token_hash)) == (
        hashlib.sha256(token.encode()).hexdigest()
    )
    assert token not in str(_row(session))


def test_a_link_acts_as_the_person_it_was_sent_to_without_an_account(
    session: Session, graduate: Graduate
) -> None:
    token = _issue(session, graduate)

    link, by = links.use(session, token)

    assert (link.subject_kind, link.subject_id) == ("referral", 7)
    assert (by.account_id, by.role, by.graduate_id) == (None, Role.GRADUATE, graduate.id)


def test_a_link_of_a_unit_acts_as_the_unit(session: Session) -> None:
    employer = make_employer(session)
    token = links.issue(
        session,
        purpose=LinkPurpose.EMPLOYER_ANSWER,
        subject=("employer", employer.id),
        employer_id=employer.id,
    )

    _, by = links.use(session, token)

    assert (by.account_id, by.role, by.employer_id) == (None, Role.EMPLOYER, employer.id)
    links.use(session, token)


def test_looking_a_hundred_times_changes_nothing(session: Session, graduate: Graduate) -> None:
    token = _issue(session, graduate)
    before = _row(session)

    for _ in range(100):
        links.look(session, token)

    assert _row(session) == before


def test_a_final_answer_uses_the_link_up(session: Session, graduate: Graduate) -> None:
    token = _issue(session, graduate)
    links.use(session, token)

    with pytest.raises(NotFoundError):
        links.use(session, token)
    with pytest.raises(NotFoundError):
        links.look(session, token)


def test_of_two_at_once_one_answers(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        token = _issue(session, make_graduate(session))

    def answer(_: int) -> bool:
        try:
            with transaction(session_factory) as session:
                links.use(session, token)
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(answer, range(8))) == [False] * 7 + [True]


def test_an_answer_that_was_refused_leaves_the_link(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        token = _issue(session, make_graduate(session))

    def refused() -> None:
        with transaction(session_factory) as session:
            links.use(session, token)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        refused()

    with reading(session_factory) as session:
        links.look(session, token)


def test_a_link_ends_with_its_day_in_china(
    session: Session, graduate: Graduate, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _issue(session, graduate, until_on=dt.date(2026, 11, 25))
    last = dt.datetime(2026, 11, 25, 23, 59, tzinfo=clock.CHINA)

    monkeypatch.setattr(clock, "now", lambda: last)
    links.look(session, token)
    monkeypatch.setattr(clock, "now", lambda: last + dt.timedelta(minutes=1))

    with pytest.raises(NotFoundError):
        links.look(session, token)


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_every_purpose_has_its_days(
    session: Session, graduate: Graduate, purpose: LinkPurpose
) -> None:
    _issue(session, graduate, purpose=purpose)

    assert session.scalars(sa.select(AnswerLink.expires_at)).one() > clock.now()


def test_links_of_a_settled_subject_are_revoked(session: Session, graduate: Graduate) -> None:
    of_it = _issue(session, graduate)
    of_another = _issue(session, graduate, subject=("referral", 8))
    later = _issue(session, graduate, purpose=LinkPurpose.OFFER)

    assert links.revoke(session, ("referral", 7), purposes=[LinkPurpose.REFERRAL]) == 1

    with pytest.raises(NotFoundError):
        links.look(session, of_it)
    links.look(session, of_another)
    links.look(session, later)


def test_tokens_of_no_use_are_told_apart_by_nothing(session: Session, graduate: Graduate) -> None:
    used, revoked = _issue(session, graduate), _issue(session, graduate, subject=("referral", 8))
    links.use(session, used)
    links.revoke(session, ("referral", 8))

    def answer(token: str) -> tuple[str, str, dict[str, object]]:
        with pytest.raises(NotFoundError) as caught:
            links.look(session, token)
        return caught.value.code, caught.value.message, caught.value.details

    assert answer(used) == answer(revoked) == answer("x") == answer("") == answer("长" * 5000)


def test_the_trail_names_the_use_and_never_the_token(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        token = _issue(session, make_graduate(session))
    with transaction(session_factory) as session:
        links.use(session, token)

    with reading(session_factory) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "answer_link.used")
        ).one()
    assert (entry.subject_kind, entry.subject_id) == ("referral", 7)
    assert token not in str(entry.details)


def test_a_link_goes_to_one_recipient(session: Session, graduate: Graduate) -> None:
    with pytest.raises(ValueError, match="one recipient"):
        _issue(session, graduate, employer_id=1)
