"""The work list "to be confirmed" (待确认): texts that leave majors of a drive open, with what was decided.

A text counts once per issuer: a decision about it holds for every posting with it. People are those of
the last run with a major in doubt and none that fits, whose education (学历) one of its postings admits,
whatever else stands for or against them; postings are those that admit one of these people. They are
counted, never named. Most frequent text first: by postings, then by people.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Verdict
from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.ranking.encoding import least_education
from matcher.services.drive_majors import Answers, DriveMajors, drive_majors
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.posted_texts import PostedText, posted_texts
from matcher.services.ranking_facts import rankable
from matcher.services.ranking_snapshots import read_key
from matcher.services.requirement_rules import ReadingRules, load_rules, requirement_key
from matcher.services.rows import not_found
from matcher.vocabulary.majors import MajorRef, name_key
from matcher.vocabulary.requirements import Decision, Requirement, leaf_key
from matcher.vocabulary.requirements.judging import decide

MAJORS_SHOWN = 12
"""Majors in doubt a row of the list carries; the page of one text carries all of them."""


class Order(StrEnum):
    """What comes first: the text in most postings, with most people, or with most pairs of both."""

    POSTINGS = "postings"
    PEOPLE = "people"
    PAIRS = "pairs"


class Decided(StrEnum):
    """Which texts: with a major left open, with a decision, or both."""

    OPEN = "open"
    DECIDED = "decided"
    ALL = "all"


@dataclass(frozen=True)
class DoubtfulMajor:
    """A major of the drive in doubt: the rule, the words of the text, and how many people have it."""

    leaf: str
    major: MajorRef
    how: str
    words: str
    n_people: int


@dataclass(frozen=True)
class DoubtfulText:
    """A text of an issuer, its postings, and the majors it leaves open, those with most people first."""

    issuer_key: str
    issuer: str
    text_key: str
    text: str
    columns: Mapping[str, str]
    directory: str | None
    posting_id: int
    """One of its postings, to look at: that which admits most of the people."""
    n_postings: int
    """Postings it leaves open for somebody."""
    n_with_text: int
    """Postings a decision holds for."""
    n_people: int
    n_open: int
    """Majors still open; `majors` may hold only the first of them."""
    n_decided: int
    hows: tuple[str, ...]
    majors: tuple[DoubtfulMajor, ...] = ()


@dataclass(frozen=True)
class DoubtfulPage:
    """A slice of the list; totals are over the whole list under the filter."""

    rows: list[DoubtfulText]
    total: int
    n_postings: int
    n_postings_all: int
    """Postings of the drive that are ranked today."""
    as_of: dt.datetime | None
    """When the run was made whose people are counted; None without a run."""
    issuers: list[tuple[str, str]] = field(default_factory=list)
    hows: list[str] = field(default_factory=list)
    """What the unfiltered list may be filtered by."""


@dataclass
class TextGroup:
    """A text of an issuer with the postings it stands in and what it leaves open."""

    first: PostedText
    text_key: str
    key: str
    answers: Answers
    """Doubts about majors of people whom one of the postings admits by their education."""
    decisions: tuple[Decision, ...]
    least: int
    """Least education (最低学历) asked by the posting that asks the lowest."""
    n_with_text: int
    n_postings: int = 0
    n_people: int = 0
    n_pairs: int = 0


def doubtful_texts(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    issuer: str = "",
    how: str = "",
    words: str = "",
    decided: Decided = Decided.OPEN,
    order: Order = Order.POSTINGS,
    limit: int = 50,
    offset: int = 0,
) -> DoubtfulPage:
    """Return the texts of a drive's ranked postings that leave majors open, or were decided.

    Parameters
    ----------
    issuer : key of one issuer
    how : rule behind a doubt (open_ended, alias, old_name …)
    words : part of the text
    """
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, drive_id)
    majors = drive_majors(session, by, drive)
    if majors is None:
        return DoubtfulPage([], 0, 0, 0, None)
    rules = load_rules(session, drive.union_id, clock.today())
    texts = _ranked_texts(session, drive)
    groups = _groups(texts, majors, rules)
    kept = [one for one in groups if _is_wanted(one, decided)]
    chosen = [one for one in kept if _passes(one, issuer=issuer, how=how, words=name_key(words))]
    chosen.sort(key=lambda one: _rank(one, order))
    shown = chosen[offset : offset + limit]
    return DoubtfulPage(
        rows=[_shown(one, majors, MAJORS_SHOWN) for one in shown],
        total=len(chosen),
        n_postings=sum(one.n_postings for one in chosen),
        n_postings_all=len(texts),
        as_of=majors.run.finished_at,
        issuers=sorted({one.first.issuer_key: one.first.issuer_name for one in kept}.items()),
        hows=sorted({how for one in kept for how in one.answers.hows}),
    )


def doubtful_text(
    session: Session, by: Actor, drive_id: int, issuer_key: str, text_key: str
) -> tuple[DoubtfulText, Requirement]:
    """Return one text of the list with all its majors, and how it is read with the rules in force."""
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, drive_id)
    group, majors = text_in_drive(session, by, drive, issuer_key, text_key)
    return _shown(group, majors, None), read_key(group.key)


def text_in_drive(
    session: Session, by: Actor, drive: Drive, issuer_key: str, text_key: str
) -> tuple[TextGroup, DriveMajors]:
    """Return a text that stands in a drive's ranked postings; raises NotFoundError."""
    majors = drive_majors(session, by, drive)
    if majors is None:
        raise not_found()
    rules = load_rules(session, drive.union_id, clock.today())
    texts = _ranked_texts(session, drive, issuer_key)
    mine = [one for one in texts if one.text_key == text_key]
    if not mine:
        raise not_found()
    return _groups(mine, majors, rules)[0], majors


def _ranked_texts(session: Session, drive: Drive, issuer: str = "") -> list[PostedText]:
    ranked: Sequence[sa.ColumnElement[bool]] = (
        Posting.drive_id == drive.id,
        rankable(clock.today()),
    )
    return posted_texts(session, *ranked, issuer=issuer)


def _groups(
    texts: Iterable[PostedText], majors: DriveMajors, rules: ReadingRules
) -> list[TextGroup]:
    """Return the texts by issuer and text, with whom they leave open."""
    found: dict[tuple[str, str], list[PostedText]] = defaultdict(list)
    for one in texts:
        found[one.issuer_key, one.text_key].append(one)
    return [_group(same, majors, rules) for same in found.values()]


def _group(same: Sequence[PostedText], majors: DriveMajors, rules: ReadingRules) -> TextGroup:
    """Return one text; its postings are looked at by their least education, not one by one."""
    stated = Counter(one.education_min for one in same)
    lowest = min(stated, key=least_education)  # admits everybody whom a higher one does
    asked = {least_education(one): count for one, count in stated.items()}
    least = least_education(lowest)
    first = next(one for one in same if one.education_min is lowest)
    issuer, text = first.issuer_key, first.text_key
    key = requirement_key(first.columns, first.directory, issuer=issuer, rules=rules)
    answers = majors.answers(key).within(majors.admitted(least))
    group = TextGroup(
        first, text, key, answers, rules.decisions_for(issuer, text), least, len(same)
    )
    if len(answers.maybe):
        open_to = {one: majors.counts(one).in_doubt(answers) for one in asked}
        group.n_people = open_to[least]
        group.n_postings = sum(n for one, n in asked.items() if open_to[one])
        group.n_pairs = sum(n * open_to[one] for one, n in asked.items())
    return group


def _is_wanted(group: TextGroup, decided: Decided) -> bool:
    is_open = group.n_people > 0
    if decided is Decided.OPEN:
        return is_open
    is_decided = bool(group.decisions)
    return is_decided if decided is Decided.DECIDED else is_open or is_decided


def _passes(group: TextGroup, *, issuer: str, how: str, words: str) -> bool:
    if issuer and group.first.issuer_key != issuer:
        return False
    if how and how not in group.answers.hows:
        return False
    return not words or group.first.holds(words)


def _rank(group: TextGroup, order: Order) -> tuple[int, int, int, str, str]:
    postings, people = group.n_postings, group.n_people
    first, second = {
        Order.POSTINGS: (postings, people),
        Order.PEOPLE: (people, postings),
        Order.PAIRS: (group.n_pairs, postings),
    }[order]
    return (-first, -second, -group.n_with_text, group.first.text, group.first.issuer_key)


def _shown(group: TextGroup, majors: DriveMajors, most: int | None) -> DoubtfulText:
    first, people = group.first, majors.counts(group.least).people
    numbers = sorted(
        group.answers.maybe.tolist(),
        key=lambda number: (-int(people[number]), majors.leaves[number].name),
    )
    reading = read_key(group.key)
    return DoubtfulText(
        issuer_key=first.issuer_key,
        issuer=first.issuer_name,
        text_key=group.text_key,
        text=first.text,
        columns=first.columns,
        directory=first.directory,
        posting_id=first.posting_id,
        n_postings=group.n_postings,
        n_with_text=group.n_with_text,
        n_people=group.n_people,
        n_open=len(numbers),
        n_decided=len(group.decisions),
        hows=tuple(sorted(group.answers.hows)),
        majors=tuple(
            _major(reading, majors.leaves[number], int(people[number])) for number in numbers[:most]
        ),
    )


def _major(reading: Requirement, ref: MajorRef, n_people: int) -> DoubtfulMajor:
    answer = decide(reading.by_level[ref.level], ref)
    return DoubtfulMajor(leaf_key(ref), ref, answer.how, answer.words, n_people)


def open_leaves(group: TextGroup, majors: DriveMajors) -> dict[str, MajorRef]:
    """Return the majors a text leaves open as it is read now, by `leaf_key`."""
    reading = read_key(group.key)
    answers = majors.read(group.key).within(majors.admitted(group.least))
    refs = (majors.leaves[number] for number in answers.maybe.tolist())
    return {
        leaf_key(ref): ref
        for ref in refs
        if decide(reading.by_level[ref.level], ref).verdict is Verdict.MAYBE
    }
