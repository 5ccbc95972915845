"""A person asks about the own data, is answered within the time, and deletion means what the law lets it mean."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.people_rights import RightsState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.people_rights import RightsRequest, StorageOnly
from matcher.models.resumes import OwnResume
from matcher.models.tasks import Task
from matcher.services import files
from matcher.services.consents import seed_consent_texts
from matcher.services.files import FilePurpose
from matcher.services.people_rights import deletions, rights, rights_lists
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import links
from matcher.services.reveals import reveal
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate
from tests.factories.people_rights import Caseload, make_caseload


@pytest.fixture
def load(session: Session) -> Caseload:
    seed_consent_texts(session)
    return make_caseload(session)


@pytest.fixture
def graduate(session: Session, load: Caseload) -> Graduate:
    return make_graduate(session, load.union)


@pytest.fixture
def own(session: Session, graduate: Graduate) -> Actor:
    return make_actor(session, Role.GRADUATE, graduate=graduate)


def test_a_request_is_due_in_thirty_days_and_the_officer_has_a_task(
    session: Session, load: Caseload, own: Actor
) -> None:
    request = rights.ask_own(session, own, kind="copy", words="请给我一份全部资料")

    assert request.due_on == clock.today() + dt.timedelta(days=30)
    task = session.scalars(sa.select(Task).where(Task.rule == rights.ANSWER_RULE)).one()
    assert (task.assignee_id, task.due_on) == (load.officer.account_id, request.due_on)
    assert "资料".encode() not in request.words_cipher


def test_a_letter_counts_from_the_day_it_came(session: Session, load: Caseload) -> None:
    came = clock.today() - dt.timedelta(days=5)
    person = ("member", load.holders[0].id)

    request = rights.enter_request(
        session, load.worker, person, kind="access", words="想看档案", received_on=came
    )

    assert request.due_on == came + dt.timedelta(days=30)
    with pytest.raises(InvalidInputError):
        rights.enter_request(
            session,
            load.worker,
            person,
            kind="access",
            words="想看档案",
            received_on=clock.today() + dt.timedelta(days=1),
        )


def test_a_colleague_enters_nothing_for_a_family_that_is_not_theirs(
    session: Session, load: Caseload
) -> None:
    colleague = make_actor(session, Role.CASEWORKER, union=load.union)

    with pytest.raises(NotFoundError):
        rights.enter_request(
            session, colleague, ("member", load.holders[0].id), kind="access", words="想看档案"
        )


def test_a_refusal_needs_its_reason_and_is_read_by_the_person(
    session: Session, load: Caseload, own: Actor
) -> None:
    request = rights.ask_own(session, own, kind="correction", words="学校写错了")

    with pytest.raises(InvalidInputError):
        rights.answer_request(
            session, load.officer, request.public_id, is_granted=False, result=" "
        )
    rights.answer_request(
        session, load.officer, request.public_id, is_granted=False, result="与学籍材料一致"
    )

    told = rights_lists.list_own(session, own)
    assert [(one.request.state, one.result) for one in told] == [
        (RightsState.REFUSED, "与学籍材料一致")
    ]
    with pytest.raises(RuleBrokenError):
        rights.answer_request(
            session, load.officer, request.public_id, is_granted=True, result="好"
        )


def test_only_who_handles_rights_answers_and_only_in_the_own_part_of_the_tree(
    session: Session, load: Caseload, own: Actor
) -> None:
    request = rights.ask_own(session, own, kind="copy", words="请给我一份")
    elsewhere = make_actor(session, Role.PRIVACY_OFFICER)

    with pytest.raises(NotAllowedError):
        rights.answer_request(
            session, load.worker, request.public_id, is_granted=True, result="已寄出"
        )
    with pytest.raises(NotFoundError):
        rights.answer_request(
            session, elsewhere, request.public_id, is_granted=True, result="已寄出"
        )


def test_deletion_while_the_file_is_kept_only_stores_and_says_so(
    session: Session, load: Caseload
) -> None:
    holder = load.holders[0]
    request = rights.enter_request(
        session, load.worker, ("member", holder.id), kind="deletion", words="请删除我的信息"
    )

    answered = rights.answer_request(
        session, load.officer, request.public_id, is_granted=True, result="已停止使用"
    )

    assert answered.state is RightsState.BLOCKED
    opened = rights_lists.open_request(session, load.officer, request.public_id)
    assert "依法须留存" in (opened.result or "")
    assert session.scalars(sa.select(StorageOnly)).one().member_id == holder.id
    with pytest.raises(RuleBrokenError) as refused:
        reveal(session, load.worker, ("member", holder.id), "phone", reason="电话回访核实")
    assert refused.value.code == "storage_only"


def test_deletion_of_who_is_bound_to_nothing_makes_anonymous_at_once(
    session: Session, load: Caseload, graduate: Graduate, own: Actor
) -> None:
    graduate.created_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    request = rights.ask_own(session, own, kind="deletion", words="请删除")

    answered = rights.answer_request(
        session, load.officer, request.public_id, is_granted=True, result="已删除"
    )

    session.refresh(graduate)
    assert answered.state is RightsState.DONE
    assert (graduate.name, graduate.phone_index) == ("已匿名", None)


def test_nobody_asks_for_others_online(session: Session, load: Caseload) -> None:
    with pytest.raises(NotFoundError):
        rights.ask_own(session, load.worker, kind="copy", words="请给我一份")


def test_the_list_shows_the_next_due_first_and_a_caseworker_the_own_entries(
    session: Session, load: Caseload, own: Actor
) -> None:
    late = rights.enter_request(
        session,
        load.worker,
        ("member", load.holders[0].id),
        kind="access",
        words="想看档案",
        received_on=clock.today() - dt.timedelta(days=20),
    )
    rights.ask_own(session, own, kind="copy", words="请给我一份")

    all_of_them = rights_lists.list_requests(session, load.officer)
    entered = rights_lists.list_requests(session, load.worker)

    assert next(row.id for row, _ in all_of_them.rows) == late.id
    assert (all_of_them.total, entered.total) == (2, 1)


def test_words_of_persons_stand_in_no_message(session: Session, load: Caseload, own: Actor) -> None:
    rights.ask_own(session, own, kind="copy", words="请给我一份全部资料")

    assert session.scalars(sa.select(OutboxMessage)).all() == []
    assert session.scalars(sa.select(RightsRequest)).one().result_cipher is None


def test_a_deletion_takes_the_resume_and_the_links_at_once(
    session: Session, load: Caseload, graduate: Graduate, own: Actor
) -> None:
    stored = files.put_file(
        session,
        SYSTEM,
        b"resume",
        purpose=FilePurpose.OWN_RESUME,
        file_name="resume.pdf",
        media_type="application/pdf",
        union_id=graduate.union_id,
    )
    session.add(OwnResume(graduate_id=graduate.id, file_id=stored.id, uploaded_at=clock.now()))
    token = links.issue(
        session,
        purpose=LinkPurpose.REFERRAL,
        subject=("referral", 1),
        graduate_id=graduate.id,
    )
    request = rights.ask_own(session, own, kind="deletion", words="请删除")

    deletions.delete_or_block(session, load.officer, request)

    assert session.scalar(sa.select(StorageOnly.id)) is not None
    assert session.scalar(sa.select(sa.func.count()).select_from(OwnResume)) == 0
    assert session.get(StoredFile, stored.id, populate_existing=True) is None
    with pytest.raises(NotFoundError):
        links.look(session, token)
