"""Extending a live snapshot's codebook by what a changed row brings along (live lane only)."""

from matcher.ranking.acceptance import (
    CompileLeaves,
    accepted_entries,
    with_leaves,
    with_requirement,
)
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.snapshot import Snapshot
from matcher.vocabulary.majors import MajorRef


def learn_graduate(snapshot: Snapshot, facts: GraduateFacts, compile_leaves: CompileLeaves) -> None:
    """Number what the codebook has not seen; every requirement is asked about an unseen major."""
    book = snapshot.codebook
    for major in facts.majors:
        if major not in book.leaves:
            _learn_leaf(snapshot, major, compile_leaves)
    for code in facts.occupations:
        book.add_occupation(code)
    for code in facts.industries:
        book.industries.add(code)
    for name in facts.certificates:
        book.hold_certificate(name)


def learn_posting(snapshot: Snapshot, facts: PostingFacts, compile_leaves: CompileLeaves) -> None:
    """Number what the codebook has not seen; an unseen requirement is asked about every major.

    Raises
    ------
    SnapshotError
        A newly required certificate has no room; the drive needs a new snapshot.
    """
    book = snapshot.codebook
    for name in facts.certificates:
        book.require_certificate(name)
    if facts.occupation is not None:
        book.add_occupation(facts.occupation)
    if facts.industry is not None:
        book.industries.add(facts.industry)
    if facts.requirement not in book.requirements:
        answers = compile_leaves(book.leaves.values)(facts.requirement)
        entries = accepted_entries(answers, snapshot.parameters.points)
        snapshot.acceptance = with_requirement(snapshot.acceptance, entries)
        book.requirements.add(facts.requirement)


def _learn_leaf(snapshot: Snapshot, major: MajorRef, compile_leaves: CompileLeaves) -> None:
    """Add a leaf that no graduate had."""
    number = snapshot.codebook.leaves.add(major)
    compiled = compile_leaves((major,))
    points = snapshot.parameters.points
    added = [
        [(number, code, how) for _, code, how in accepted_entries(compiled(key), points)]
        for key in snapshot.codebook.requirements.values
    ]
    snapshot.acceptance = with_leaves(snapshot.acceptance, added, number + 1)
