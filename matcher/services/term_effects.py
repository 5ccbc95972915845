"""What a change of terms would decide differently (影响预览): asked before it is made; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Verdict
from matcher.models.drives import Drive
from matcher.models.organisations import UnionClosure
from matcher.models.readings import RequirementTerm
from matcher.services.drive_majors import Answers, DriveMajors, drive_majors
from matcher.services.permissions import Actor, Permission, require
from matcher.services.posted_texts import (
    PostedText,
    posted_texts,
    text_of_posting,
    under,
    where_said,
)
from matcher.services.requirement_corrections import managed_union, replaced_by
from matcher.services.requirement_rules import (
    PlacedTerm,
    ReadingRules,
    load_rules,
    requirement_key,
)
from matcher.services.requirement_terms import NewTerm, TermChange, check_terms, union_of
from matcher.vocabulary.majors import MajorRef, name_key
from matcher.vocabulary.requirements import Term

MAJORS_SHOWN = 20
"""Majors of one text whose answer changes that are listed; all of them are counted."""

_VERDICTS = (Verdict.NO, Verdict.MAYBE, Verdict.YES)


@dataclass(frozen=True)
class ChangedMajor:
    """A major of a drive whose answer changes, and how many people have it."""

    major: MajorRef
    before: Verdict
    after: Verdict
    n_people: int


@dataclass(frozen=True)
class TextEffect:
    """A text that would be decided differently in a drive."""

    drive_id: int
    issuer_key: str
    issuer: str
    text: str
    posting_id: int
    """One of its postings, to look at."""
    n_postings: int
    n_people: int
    n_majors: int
    majors: tuple[ChangedMajor, ...]
    """Those with most people first."""


@dataclass(frozen=True)
class Effects:
    """Texts decided differently, most postings first; people count once in each drive."""

    texts: tuple[TextEffect, ...]
    n_postings: int
    n_people: int
    n_touched: int
    """Published postings in whose text the words stand, decided differently or not."""
    n_unranked: int
    """Those of them whose drive was never ranked: it is not known whom they would decide differently."""


def term_effects(
    session: Session,
    by: Actor,
    change: TermChange,
    *,
    union_id: int | None = None,
    posting_id: int | None = None,
) -> Effects:
    """Return what a change would decide differently in the published postings of drives not over.

    Dates are left aside: it is shown as on a day when all of it holds.

    Parameters
    ----------
    posting_id : of a correction of this posting's text; None for alias lists
    """
    if posting_id is None:
        require(by, Permission.EDIT_ALIASES)
        place = union_of(session, by, union_id)
    else:
        require(by, Permission.EDIT_READINGS)
        place = managed_union(session, by, posting_id)
    check_terms(session, change.added, reason="-")
    added, ended = _placed(session, place, change, posting_id)
    touched = _touched(session, place, [*added, *ended])
    found = _EffectsOfDrives(session, by, place, added, ended)
    for drive_id in sorted({one.drive_id for one in touched}):
        found.add(drive_id, [one for one in touched if one.drive_id == drive_id])
    return found.close(len(touched))


def _placed(
    session: Session, union_id: int, change: TermChange, posting_id: int | None
) -> tuple[list[PlacedTerm], list[PlacedTerm]]:
    """Return the terms to add and to end with their places."""
    ended_ids = set(change.ended)
    if posting_id is None:
        added = [PlacedTerm(_term(one), one.issuer_key) for one in change.added]
    else:
        text = text_of_posting(session, posting_id)
        added = [PlacedTerm(_term(one), text.issuer_key, text.text_key) for one in change.added]
        ended_ids |= set(replaced_by(session, union_id, text, change.added))
    rows = session.scalars(
        sa.select(RequirementTerm)
        .where(RequirementTerm.id.in_(ended_ids), RequirementTerm.union_id == union_id)
        .order_by(RequirementTerm.id)
    )
    ended = [
        PlacedTerm(Term(row.words, row.meaning), row.issuer_key, row.text_key, id=row.id)
        for row in rows
    ]
    return added, ended


def _term(one: NewTerm) -> Term:
    return Term(one.words.strip(), one.meaning, one.target.strip(), one.level, one.certain)


def _touched(session: Session, union_id: int, terms: Sequence[PlacedTerm]) -> list[PostedText]:
    """Return the published texts in which one of the terms stands."""
    issuers = {one.issuer_key for one in terms}
    only = next(iter(issuers)) if len(issuers) == 1 else ""
    said = ((one.issuer_key, one.text_key, name_key(one.term.words)) for one in terms)
    return list(where_said(posted_texts(session, under(union_id), issuer=only), said))


class _EffectsOfDrives:
    """Effects in progress, drive by drive."""

    def __init__(
        self,
        session: Session,
        by: Actor,
        union_id: int,
        added: Sequence[PlacedTerm],
        ended: Iterable[PlacedTerm],
    ) -> None:
        self._session, self._by, self._union_id = session, by, union_id
        self._added = added
        self._ended = {one.id for one in ended}
        self._texts: list[TextEffect] = []
        self._n_people = 0
        self._n_unranked = 0

    def add(self, drive_id: int, texts: Sequence[PostedText]) -> None:
        """Compare both readings of the texts of a drive."""
        drive = self._session.get_one(Drive, drive_id)
        majors = drive_majors(self._session, self._by, drive)
        if majors is None:
            self._n_unranked += len(texts)
            return
        before = load_rules(self._session, drive.union_id, clock.today())
        after = self._changed(before, drive.union_id)
        changed = np.zeros(len(majors.leaves), dtype=bool)
        for (issuer, _), ones in _by_text(texts).items():
            first = ones[0]
            old, new = (
                requirement_key(first.columns, first.directory, issuer=issuer, rules=rules)
                for rules in (before, after)
            )
            if old == new:
                continue
            was, is_now = (
                _verdicts(majors, majors.answers(old)),
                _verdicts(majors, majors.read(new)),
            )
            numbers = np.flatnonzero(was != is_now)
            if len(numbers):
                changed[numbers] = True
                self._texts.append(_effect(ones, majors, was, is_now))
        self._n_people += majors.counts().with_any(np.flatnonzero(changed))

    def _changed(self, rules: ReadingRules, union_id: int) -> ReadingRules:
        distance = self._session.get_one(UnionClosure, (self._union_id, union_id)).depth
        kept = tuple(one for one in rules.terms if one.id not in self._ended)
        added = tuple(
            PlacedTerm(one.term, one.issuer_key, one.text_key, distance) for one in self._added
        )
        return ReadingRules((*kept, *added), rules.decisions)

    def close(self, n_touched: int) -> Effects:
        """Return the whole."""
        self._texts.sort(key=lambda one: (-one.n_postings, -one.n_people, one.text, one.drive_id))
        return Effects(
            texts=tuple(self._texts),
            n_postings=sum(one.n_postings for one in self._texts),
            n_people=self._n_people,
            n_touched=n_touched,
            n_unranked=self._n_unranked,
        )


def _by_text(texts: Iterable[PostedText]) -> Mapping[tuple[str, str], list[PostedText]]:
    found: dict[tuple[str, str], list[PostedText]] = {}
    for one in texts:
        found.setdefault((one.issuer_key, one.text_key), []).append(one)
    return found


def _verdicts(majors: DriveMajors, answers: Answers) -> NDArray[np.int8]:
    """Return the answer for each major as a number into `_VERDICTS`."""
    found = np.zeros(len(majors.leaves), dtype=np.int8)
    found[answers.maybe] = 1
    found[answers.yes] = 2
    return found


def _effect(
    texts: Sequence[PostedText],
    majors: DriveMajors,
    was: NDArray[np.int8],
    is_now: NDArray[np.int8],
) -> TextEffect:
    first, numbers = texts[0], np.flatnonzero(was != is_now)
    people = majors.counts().people
    most = sorted(numbers.tolist(), key=lambda n: (-int(people[n]), majors.leaves[n].name))
    return TextEffect(
        drive_id=first.drive_id,
        issuer_key=first.issuer_key,
        issuer=first.issuer_name,
        text=first.text,
        posting_id=first.posting_id,
        n_postings=len(texts),
        n_people=majors.counts().with_any(numbers),
        n_majors=len(numbers),
        majors=tuple(
            ChangedMajor(majors.leaves[n], _VERDICTS[was[n]], _VERDICTS[is_now[n]], int(people[n]))
            for n in most[:MAJORS_SHOWN]
        ),
    )
