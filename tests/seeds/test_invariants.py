"""Each question of the simulator finds what breaks its rule, and nothing where no rule is broken."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from matcher.services.permissions import SYSTEM
from seeds.simulator import invariants
from seeds.simulator.invariants import Touched
from tests.factories.accounts import make_union
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral
from tests.factories.training import make_course, make_training
from tests.seeds.breaking_referrals import REFERRAL_BREAKS
from tests.seeds.breaking_work import COURSE_BREAKS, WORK_BREAKS

_R = ReferralState


def _near(session: Session, touched: Touched) -> set[str]:
    session.flush()
    return {one.rule for one in invariants.broken_at(session, touched)}


def _anywhere(session: Session) -> set[str]:
    session.flush()
    return {one.rule for one in invariants.broken_anywhere(session)}


def _of(referral: Referral) -> Touched:
    return Touched(referral.posting_id, referral.graduate_id)


def test_where_no_rule_is_broken_nothing_is_found(session: Session) -> None:
    settled = make_referral(session, make_posting(session, headcount=2), state=_R.ACCEPTED)
    make_referral(session, state=_R.SENT)
    make_referral(session, state=_R.OFFERED, seat=True)
    make_placement(session)
    union = make_union(session)
    course = make_course(session, union, places=1)
    for _ in range(3):
        make_training(session, SYSTEM, course, make_graduate(session, union))

    assert _near(session, Touched(settled.posting_id, settled.graduate_id, course.id)) == set()
    assert _anywhere(session) == set()


@pytest.mark.parametrize("rule", REFERRAL_BREAKS)
def test_what_breaks_a_rule_of_referrals_is_found(sqlite_session: Session, rule: str) -> None:
    settled = make_referral(sqlite_session, state=_R.ACCEPTED)

    REFERRAL_BREAKS[rule](sqlite_session, settled)

    near, anywhere = _near(sqlite_session, _of(settled)), _anywhere(sqlite_session)
    assert rule in anywhere
    assert near <= anywhere


@pytest.mark.parametrize("rule", [*WORK_BREAKS, *COURSE_BREAKS])
def test_what_breaks_a_rule_of_work_or_training_is_found(session: Session, rule: str) -> None:
    touched = (WORK_BREAKS | COURSE_BREAKS)[rule](session)

    assert rule in _anywhere(session)
    assert rule in invariants.OF_DAY or rule in _near(session, touched)


def test_every_question_has_an_example_that_breaks_it() -> None:
    assert {*REFERRAL_BREAKS, *WORK_BREAKS, *COURSE_BREAKS} == set(invariants.ALL)
