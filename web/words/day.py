"""The caseworker's day in words: who a task is about, what is to be done, by which rule, where the act is."""

from dataclasses import dataclass

from flask import url_for

from matcher.identity import mask_name
from matcher.services.casework.day_panels import DoneAct
from matcher.services.casework.task_subjects import TaskSubject
from matcher.services.casework.today import TaskRow, When
from web.addresses import address_of
from web.i18n import gettext, label, msg, translated
from web.words.task_rules import has_words, rule_of, what_of, why_of

WHENS = {
    When.NOW: msg("今明两天"),
    When.OVERDUE: msg("超期"),
    When.TODAY: msg("今天到期"),
    When.TOMORROW: msg("明天到期"),
    When.WEEK: msg("本周"),
    When.ALL: msg("全部"),
    When.UNCLAIMED: msg("还没有人认领"),
}

_PAGES = {
    "household": ("files.show", "household_id"),
    "member": ("files.show", "household_id"),
    "case": ("cases.show", "public_id"),
    "graduate": ("graduates.show", "public_id"),
    "request": ("requests.show", "public_id"),
    "employer": ("employers.show", "employer_id"),
    "posting": ("postings.list.show", "public_id"),
}
"""The page a kind of record has, and the name of its argument."""


@dataclass(frozen=True)
class SubjectWords:
    """Whom a row is about, masked: the family above, the person below, both lead to the record."""

    lead: str
    sub: str
    number: str
    address: str
    is_zero_employment: bool


@dataclass(frozen=True)
class TaskWords:
    """One task as a line of a list."""

    row: TaskRow
    subject: SubjectWords
    what: str
    why: str
    act: str
    address: str
    case: str
    """Public number of the case, for choosing several rows at once; empty for other records."""


def subject_words(subject: TaskSubject | None) -> SubjectWords:
    """Return whom a task is about, masked."""
    if subject is None:
        return SubjectWords("", "", "", "", is_zero_employment=False)
    own = mask_name(subject.name) if subject.is_person and subject.name else subject.name
    lead, sub = own, ""
    if subject.kind == "household":
        lead = gettext("%(name)s 家", name=own) if own else subject.number
    elif subject.family:
        lead, sub = gettext("%(name)s 家", name=mask_name(subject.family)), own
    return SubjectWords(
        lead or subject.number,
        sub,
        subject.number,
        page_of_subject(subject),
        subject.is_zero_employment,
    )


def page_of_subject(subject: TaskSubject) -> str:
    """Return the address of a record's page, empty where there is none."""
    endpoint, argument = _PAGES.get(subject.kind, ("", ""))
    return address_of(endpoint, **{argument: subject.public_id}) if endpoint else ""


def task_words(row: TaskRow) -> TaskWords:
    """Return a task in words, with the address of its act; without one, of its record."""
    rule = rule_of(row.task.rule)
    return TaskWords(
        row,
        subject_words(row.subject),
        what_of(row.task.rule),
        why_of(row.task.rule),
        translated(rule.act),
        _act_address(row),
        row.subject.public_id if row.subject is not None and row.subject.kind == "case" else "",
    )


def _act_address(row: TaskRow) -> str:
    rule = rule_of(row.task.rule)
    if row.subject is None:
        return address_of(rule.endpoint) if rule.endpoint and not rule.argument else ""
    found = ""
    if rule.endpoint:
        value = row.subject.id if rule.by_number else row.subject.record or row.subject.public_id
        found = address_of(rule.endpoint, **({rule.argument: value} if rule.argument else {}))
        found += f"#{rule.anchor}" if found and rule.anchor else ""
    return found or page_of_subject(row.subject)


def done_words(act: DoneAct) -> str:
    """Return something done today as a sentence: who, what, with which outcome."""
    subject = subject_words(act.subject)
    who = subject.sub or subject.lead or gettext("（记录已不在）")
    if act.kind is not None:
        outcome = label(act.outcome) if act.outcome is not None else ""
        return gettext(
            "%(who)s %(kind)s，%(outcome)s", who=who, kind=label(act.kind), outcome=outcome
        )
    return gettext("%(who)s %(what)s，办结", who=who, what=what_of(act.rule))


def limit_words(rule: str | None) -> str:
    """Return a clock's rule in words, for a card."""
    if rule is None:
        return ""
    for code in (f"clock.{rule}", rule):
        if has_words(code):
            return what_of(code)
    return what_of(rule)


def today_address(when: When, who: str | None = None) -> str:
    """Return the address of a list of the day, one's own or a colleague's."""
    return url_for("today.index", when=when.value, who=who)
