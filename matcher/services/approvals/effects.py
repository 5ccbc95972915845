"""Kinds of subject that go through a chain (审批对象): areas that reuse the chain add their entry here.

The entries are addresses, found when first asked for: the areas stand on the chain, so the chain cannot import them.
A test resolves every one.
"""

import pkgutil
from functools import lru_cache

from matcher.services.approvals.subject_rules import SubjectRules

WHERE = {
    "household": "matcher.services.hardship.file_effects:RULES",
    "side_exit": "matcher.services.zero_employment.exit_effects:RULES",
    "tuition_application": "matcher.services.tuition.approval_effects:RULES",
}
"""By kind of subject, as `steps.start(subject=(kind, id))` has it."""


@lru_cache(maxsize=len(WHERE))
def rules_of(kind: str) -> SubjectRules:
    """Return what an area says of its kind of subject.

    Raises
    ------
    KeyError
        No area has this kind.
    """
    rules = pkgutil.resolve_name(WHERE[kind])
    if not isinstance(rules, SubjectRules):
        raise TypeError(f"{WHERE[kind]} is not SubjectRules")
    return rules
