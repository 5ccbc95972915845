"""What the words of a posting break or leave doubtful, shown at the words themselves."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.intake.compliance import Violation, find_violations
from web.i18n import gettext, msg

FIELDS = {
    "title": msg("岗位名称"),
    "duties": msg("工作内容"),
    "conditions": msg("其他条件"),
    "pay_text": msg("薪酬说明"),
    "requirement": msg("专业要求"),
}
"""Fields whose words are checked, with their labels."""

CHIPS = {
    "block": ("stop", msg("必须改")),
    "warn": ("hold", msg("建议改")),
    "flag": ("line", msg("将核实")),
}
"""Look and words of a severity: block stops publication, warn and flag do not."""

_AROUND = 16
"""Characters shown before and after the words."""


@dataclass(frozen=True)
class FoundWords:
    """One finding with the words in their surroundings; all three parts empty if they cannot be shown."""

    field: str
    label: str
    severity: str
    before: str
    words: str
    after: str
    article: str
    suggestion: str


def findings_in(texts: Mapping[str, str | None], today: dt.date) -> list[FoundWords]:
    """Return the findings of the fields of a posting, those that stop publication first."""
    found = [
        _found(field, text, violation)
        for field, text in texts.items()
        if text
        for violation in find_violations(text, today)
    ]
    order = list(CHIPS)
    return sorted(found, key=lambda one: order.index(one.severity))


def _found(field: str, text: str, violation: Violation) -> FoundWords:
    at = text.find(violation.words)
    end = at + len(violation.words)
    before, after = "", ""
    if at >= 0:
        start = max(0, at - _AROUND)
        before = ("…" if start else "") + text[start:at]
        after = text[end : end + _AROUND] + ("…" if end + _AROUND < len(text) else "")
    return FoundWords(
        field=field,
        label=gettext(FIELDS[field]),
        severity=violation.severity,
        before=before,
        words=violation.words,
        after=after,
        article=violation.article,
        suggestion=violation.suggestion,
    )
