"""What is known of an intent: never a hire against a denial, and silence changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.outcomes import HIRES, settle
from matcher.kinds.fair_reports import FollowState, OutcomeSaid

_words = st.none() | st.sampled_from(sorted(OutcomeSaid))
_NO = {OutcomeSaid.NOT_HIRED, OutcomeSaid.NOT_GOING}
_YES = {OutcomeSaid.HIRED, OutcomeSaid.STARTED}


@given(_words, _words)
def test_both_sides_weigh_the_same(
    employer: OutcomeSaid | None, visitor: OutcomeSaid | None
) -> None:
    assert settle(employer, visitor) is settle(visitor, employer)


@given(_words, _words)
def test_a_hire_needs_a_yes_and_no_denial(
    employer: OutcomeSaid | None, visitor: OutcomeSaid | None
) -> None:
    told = {employer, visitor}

    assert (settle(employer, visitor) in HIRES) is (bool(told & _YES) and not told & _NO)


@given(_words, _words, _words)
def test_a_job_on_record_settles_it_and_staff_settle_the_rest(
    employer: OutcomeSaid | None, visitor: OutcomeSaid | None, staff: OutcomeSaid | None
) -> None:
    assert settle(employer, visitor, staff=staff, has_placement=True) is FollowState.STARTED
    if staff in _YES | _NO:
        assert settle(employer, visitor, staff=staff) is settle(None, None, staff=staff)
    assert (settle(employer, visitor, staff=staff) is FollowState.DISPUTED) is (
        bool({employer, visitor} & _YES)
        and bool({employer, visitor} & _NO)
        and staff in (None, OutcomeSaid.LOST)
    )


def test_nobody_said_anything_is_open() -> None:
    assert settle(None, None) is FollowState.OPEN
    assert settle(None, None, staff=OutcomeSaid.LOST) is FollowState.LOST
