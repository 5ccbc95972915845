"""What an outcome says of a match, for every reason there is."""

import pytest

from matcher.kinds.labelled import Labelled
from matcher.kinds.referrals import (
    DeclineReason,
    FallThroughReason,
    ReferralState,
    RefusalReason,
    WithdrawalReason,
)
from matcher.policy.outcomes import AGAINST, HIRED, INTERVIEWED, OFFERED, grade_of, load_outcomes

_KINDS: dict[str, type[Labelled]] = {
    "refusal": RefusalReason,
    "decline": DeclineReason,
    "withdrawal": WithdrawalReason,
    "fall_through": FallThroughReason,
}


@pytest.mark.parametrize("kind", _KINDS)
def test_every_reason_stands_in_the_table_with_a_ground(kind: str) -> None:
    rows = {code: one for (name, code), one in load_outcomes().items() if name == kind}

    assert set(rows) == {member.value for member in _KINDS[kind]}
    assert all(one.reason for one in rows.values())


def test_every_step_of_the_table_is_a_state() -> None:
    steps = {code for kind, code in load_outcomes() if kind == "step"}

    assert steps < {state.value for state in ReferralState}


@pytest.mark.parametrize(
    ("steps", "end", "grade"),
    [
        ({"sent", "interview", "offered", "accepted", "in_post"}, None, HIRED),
        ({"sent", "offered", "accepted", "fell_through"}, ("fall_through", "person"), HIRED),
        ({"sent", "offered", "declined"}, ("decline", "place"), OFFERED),
        ({"sent", "interview", "refused"}, ("refusal", "skill"), INTERVIEWED),
        ({"sent", "refused"}, ("refusal", "major"), AGAINST),
        ({"sent", "refused"}, ("refusal", "filled"), None),
        ({"sent", "declined"}, ("decline", "family"), None),
        ({"sent"}, None, None),
        ({"sent", "expired"}, None, None),
        ({"sent", "interview", "withdrawn"}, ("withdrawal", "consent"), None),
    ],
)
def test_a_pair_is_graded_by_how_far_it_went_and_why_it_ended(
    steps: set[str], end: tuple[str, str] | None, grade: int | None
) -> None:
    assert grade_of(steps, end) == grade
