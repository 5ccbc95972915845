"""Every kind of subject that may go through a chain has its rules where the list says."""

import pytest

from matcher.services.approvals import effects
from matcher.services.approvals.subject_rules import SubjectRules


@pytest.mark.parametrize("kind", sorted(effects.WHERE))
def test_the_rules_of_every_kind_are_where_the_list_says(kind: str) -> None:
    assert isinstance(effects.rules_of(kind), SubjectRules)


def test_a_kind_no_area_has_is_not_taken() -> None:
    with pytest.raises(KeyError):
        effects.rules_of("nothing")
