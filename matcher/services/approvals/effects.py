"""Kinds of subject that go through a chain (审批对象): areas that reuse the chain add their entry here."""

from matcher.services.approvals.subject_rules import SubjectRules
from matcher.services.hardship import file_effects
from matcher.services.zero_employment import exit_effects

EFFECTS: dict[str, SubjectRules] = {
    "household": file_effects.RULES,
    "side_exit": exit_effects.RULES,
}
"""By kind of subject, as `steps.start(subject=(kind, id))` has it."""
