"""A second person checks; only what was verified counts; case and household follow, and are taken back by steps."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.casework import CaseClosing
from matcher.kinds.placements import (
    DoubtReason,
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
    PersonAnswer,
    PlacementState,
    RevocationReason,
)
from matcher.kinds.referrals import LinkPurpose
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.placements import Placement, PlacementStep
from matcher.models.referrals import AnswerLink
from matcher.models.tasks import Task
from matcher.services.permissions import Actor
from matcher.services.placements import (
    counting,
    evidence,
    own,
    recording,
    reviewing,
    submitting,
)
from matcher.services.placements.evidence import EvidenceInput
from matcher.services.referrals import links
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.placements import (
    bring_to_check,
    facts,
    make_placement,
    pdf,
    verify_placement,
)

_P = PlacementState


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def checker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.REVIEWER, union=union)


def _counted(session: Session) -> int:
    found = sa.select(sa.func.count()).select_from(Placement).where(counting.counted())
    return session.scalar(found) or 0


def _open_task(session: Session, rule: str) -> Task | None:
    return session.scalar(sa.select(Task).where(Task.rule == rule, Task.state == TaskState.OPEN))


def test_only_what_a_second_person_verified_counts(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    graduate = make_graduate(session, union)
    case = make_case(session, graduate, owner_id=clerk.account_id)
    placement = bring_to_check(session, clerk, graduate)
    assert placement.state is _P.CHECKING
    assert _open_task(session, "placement.check") is not None
    assert _counted(session) == 0

    [row] = evidence.evidence_of(session, [placement.id])
    reviewing.judge(
        session,
        checker,
        placement.id,
        row.public_id,
        EvidenceVerdict.GOOD,
        EvidenceMethod.ORIGINAL,
    )
    reviewing.verify(session, checker, placement.id)

    assert (placement.state, placement.verified_by_id) == (_P.VERIFIED, checker.account_id)
    assert _counted(session) == 1
    assert _open_task(session, "placement.check") is None
    session.refresh(case)
    assert (case.closing_reason, case.closed_on) == (CaseClosing.EMPLOYED, clock.today())
    acts = session.scalars(sa.select(PlacementStep.act).order_by(PlacementStep.id)).all()
    assert acts == ["recorded", "evidence_added", "submitted", "evidence_judged", "verified"]


def test_who_recorded_or_uploaded_never_checks(
    session: Session, union: Union, checker: Actor
) -> None:
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)
    uploader = make_actor(session, Role.DRIVE_MANAGER, union=union)
    placement = recording.record(session, manager, make_graduate(session, union).id, facts())
    row = evidence.add_evidence(
        session, uploader, placement.id, EvidenceInput(kind=EvidenceKind.CONTRACT, content=pdf())
    )
    submitting.submit(session, manager, placement.id)

    for own_check in (manager, uploader):
        with pytest.raises(RuleBrokenError) as refused:
            reviewing.judge(
                session,
                own_check,
                placement.id,
                row.public_id,
                EvidenceVerdict.GOOD,
                EvidenceMethod.ORIGINAL,
            )
        assert refused.value.code == "placement_own_check"
        with pytest.raises(RuleBrokenError) as refused:
            reviewing.verify(session, own_check, placement.id)
        assert refused.value.code == "placement_own_check"

    same = sa.update(Placement).values(verified_by_id=manager.account_id)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(same)


def test_nothing_is_verified_without_a_piece_found_good_that_proves_it(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    placement = bring_to_check(session, clerk, make_graduate(session, union))
    other = evidence.add_evidence(
        session,
        clerk,
        placement.id,
        EvidenceInput(kind=EvidenceKind.OTHER, content=pdf("photo of the office")),
    )
    reviewing.judge(
        session,
        checker,
        placement.id,
        other.public_id,
        EvidenceVerdict.GOOD,
        EvidenceMethod.VISIT,
    )

    with pytest.raises(RuleBrokenError) as refused:
        reviewing.verify(session, checker, placement.id)

    assert refused.value.code == "placement_unproved"
    assert _counted(session) == 0


def test_papers_found_to_be_of_an_internship_verify_nothing(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    placement = bring_to_check(session, clerk, make_graduate(session, union))
    [row] = evidence.evidence_of(session, [placement.id])
    reviewing.judge(
        session,
        checker,
        placement.id,
        row.public_id,
        EvidenceVerdict.INTERNSHIP,
        EvidenceMethod.ORIGINAL,
        words="是三个月的实习协议",
    )

    with pytest.raises(RuleBrokenError) as refused:
        reviewing.verify(session, checker, placement.id)

    assert refused.value.code == "placement_unproved"


def test_without_papers_nothing_is_sent_to_be_checked(
    session: Session, union: Union, clerk: Actor
) -> None:
    placement = recording.record(session, clerk, make_graduate(session, union).id, facts())

    with pytest.raises(RuleBrokenError) as refused:
        submitting.submit(session, clerk, placement.id)
    assert refused.value.code == "placement_without_evidence"


def test_a_destination_that_is_no_outcome_is_never_checked(
    session: Session, union: Union, clerk: Actor
) -> None:
    not_now = facts(destination="graduate_destination:71")
    placement = recording.record(session, clerk, make_graduate(session, union).id, not_now)

    with pytest.raises(RuleBrokenError) as refused:
        submitting.submit(session, clerk, placement.id)

    assert refused.value.code == "placement_no_outcome"
    placement.state, placement.verified_at = _P.VERIFIED, clock.now()
    session.flush()
    assert _counted(session) == 0


def test_sent_back_with_words_it_waits_for_papers_again(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    placement = bring_to_check(session, clerk, make_graduate(session, union))

    with pytest.raises(InvalidInputError):
        submitting.send_back(session, checker, placement.id, " ")
    submitting.send_back(session, checker, placement.id, "合同缺盖章页")

    assert placement.state is _P.REPORTED
    assert _open_task(session, "placement.evidence") is not None


def test_a_doubt_takes_a_verified_one_out_and_a_new_check_brings_it_back(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    placement = verify_placement(session, clerk, checker, make_graduate(session, union))

    with pytest.raises(InvalidInputError):
        reviewing.doubt(session, checker, placement.id, DoubtReason.EMPLOYER, " ")
    reviewing.doubt(session, checker, placement.id, DoubtReason.EMPLOYER, "单位说查无此人")
    assert (_counted(session), placement.doubt_reason) == (0, DoubtReason.EMPLOYER)
    assert _open_task(session, "placement.doubt") is not None

    with pytest.raises(InvalidInputError):
        submitting.submit(session, clerk, placement.id)
    submitting.submit(session, clerk, placement.id, words="人事部门更正：在分公司")
    reviewing.verify(session, checker, placement.id)
    assert _counted(session) == 1


def test_the_graduates_objection_makes_it_doubted_and_opens_a_task(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    graduate = make_graduate(session, union)
    placement = verify_placement(session, clerk, checker, graduate)
    person = Actor(account_id=None, role=Role.GRADUATE, graduate_id=graduate.id)

    with pytest.raises(InvalidInputError):
        own.answer(session, person, placement.id, PersonAnswer.NOT_TRUE)
    own.answer(session, person, placement.id, PersonAnswer.NOT_TRUE, "我没有去这家单位")

    assert (placement.state, placement.doubt_reason) == (_P.DOUBTED, DoubtReason.OBJECTION)
    assert b"\xe6" not in (placement.person_words_cipher or b"")[:4]
    assert _counted(session) == 0
    assert _open_task(session, "placement.doubt") is not None
    stranger = make_graduate(session, union)
    other = Actor(account_id=None, role=Role.GRADUATE, graduate_id=stranger.id)
    with pytest.raises(NotFoundError):
        own.answer(session, other, placement.id, PersonAnswer.TRUE)


def test_a_graduate_is_asked_by_one_link_which_ends_with_the_answer(
    session: Session, union: Union, clerk: Actor
) -> None:
    graduate = make_graduate(session, union)
    placement = bring_to_check(session, clerk, graduate)
    message = session.scalars(sa.select(OutboxMessage)).one()
    link = session.scalars(sa.select(AnswerLink)).one()
    assert (message.template, link.purpose) == ("placement_confirm", LinkPurpose.PLACEMENT)

    own.answer(
        session, links.actor_of(link), placement.id, PersonAnswer.TRUE, expected_version=None
    )

    session.refresh(link)
    assert link.revoked_at is not None or link.used_at is not None
    assert (placement.person_answer, placement.state) == (PersonAnswer.TRUE, _P.CHECKING)


def test_who_records_revokes_only_what_nobody_checked_yet(
    session: Session, union: Union, clerk: Actor, checker: Actor
) -> None:
    placement = verify_placement(session, clerk, checker, make_graduate(session, union))

    with pytest.raises(NotAllowedError):
        reviewing.revoke(session, clerk, placement.id, RevocationReason.MISTAKE, "登记错了")
    with pytest.raises(InvalidInputError):
        reviewing.revoke(session, checker, placement.id, RevocationReason.MISTAKE, "")


def test_a_revoked_one_needs_a_reason_in_the_database_too(session: Session) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        make_placement(session, state=_P.REVOKED)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_placement(session, state=_P.DOUBTED)
