"""Building a snapshot the simple way: every fact in memory, one row and one text after another."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np

from matcher.ranking.acceptance import CompileLeaves, acceptance_table, accepted_entries
from matcher.ranking.codebook import Codebook, Numbering, leaf_row, middle_group
from matcher.ranking.encoding import write_graduate, write_posting
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import GraduateTable, PostingTable
from matcher.ranking.text import TextModel, fit_text_model

BITS = 64


def simple_snapshot(
    graduates: Sequence[GraduateFacts],
    postings: Sequence[PostingFacts],
    parameters: DriveParameters,
    *,
    compile_leaves: CompileLeaves,
    lottery_key: bytes,
    text_model: TextModel | None = None,
) -> Snapshot:
    """Pack the facts of a drive."""
    people = sorted(graduates, key=lambda facts: facts.id)
    offers = sorted(postings, key=lambda facts: facts.id)
    texts = (facts.text for side in (people, offers) for facts in side)
    text = text_model or fit_text_model(texts, parameters.text_terms)
    book = simple_codebook(people, offers, text)
    compiled = compile_leaves(book.leaves.values)
    accepted = [
        accepted_entries(compiled(key), parameters.points) for key in book.requirements.values
    ]
    return Snapshot(
        parameters=parameters,
        codebook=book,
        acceptance=acceptance_table(accepted, len(book.leaves)),
        graduates=_graduates(people, book, lottery_key),
        postings=_postings(offers, book, lottery_key),
    )


def simple_codebook(
    graduates: Sequence[GraduateFacts], postings: Sequence[PostingFacts], text: TextModel
) -> Codebook:
    """Number everything the facts mention."""
    leaves = {major for facts in graduates for major in facts.majors}
    occupations = set(chain.from_iterable(facts.occupations for facts in graduates))
    occupations |= {facts.occupation for facts in postings if facts.occupation is not None}
    industries = set(chain.from_iterable(facts.industries for facts in graduates))
    industries |= {facts.industry for facts in postings if facts.industry is not None}
    groups = {group for code in occupations if (group := middle_group(code)) is not None}
    required = sorted(set(chain.from_iterable(facts.certificates for facts in postings)))
    held = Counter(chain.from_iterable(set(facts.certificates) for facts in graduates))
    others = sorted(held.keys() - set(required), key=lambda name: (-held[name], name))
    room = BITS - len(required)
    return Codebook(
        leaves=Numbering(sorted(leaves, key=leaf_row)),
        requirements=Numbering(sorted({facts.requirement for facts in postings})),
        occupations=Numbering(sorted(occupations)),
        occupation_groups=Numbering(sorted(groups)),
        industries=Numbering(sorted(industries)),
        certificates=Numbering(required + sorted(others[:room])),
        unlisted_certificates=frozenset(others[room:]),
        text=text,
    )


def _graduates(people: Sequence[GraduateFacts], book: Codebook, key: bytes) -> GraduateTable:
    table = GraduateTable.empty(len(people))
    lottery = lottery_numbers([facts.entry_number for facts in people], key)
    for row, facts in enumerate(people):
        write_graduate(table, row, facts, codebook=book, lottery=int(lottery[row]))
    return table.taken(np.lexsort((table.id, table.leaf[:, 0], table.city[:, 0])))


def _postings(offers: Sequence[PostingFacts], book: Codebook, key: bytes) -> PostingTable:
    table = PostingTable.empty(len(offers))
    lottery = lottery_numbers([facts.entry_number for facts in offers], key, Side.POSTINGS)
    for row, facts in enumerate(offers):
        write_posting(table, row, facts, codebook=book, lottery=int(lottery[row]))
    return table.taken(np.lexsort((table.id, table.requirement, table.city)))
