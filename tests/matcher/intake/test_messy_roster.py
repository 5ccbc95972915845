"""A roster with one defect a row: every row is taken, refused with its true reason, or no data."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from matcher.intake import JudgedRow, guess_columns, judge_rows, open_table
from matcher.kinds import ImportKind
from tests.matcher.intake.messy import (
    DEFECTS,
    HEADS,
    TODAY,
    MessyRoster,
    as_text,
    build_roster,
    to_xlsx,
)


def _judge(data: bytes, name: str) -> list[JudgedRow]:
    (grid,) = open_table(data, name)
    return list(judge_rows(ImportKind.GRADUATES, grid, today=TODAY))


def _complaints(judged: list[JudgedRow], roster: MessyRoster) -> list[str]:
    wrong = []
    for row in judged:
        status, code, name = roster.expected[row.row]
        codes = [p.code for p in row.problems]
        if row.status != status or (code and code not in codes) or (name == "plain" and codes):
            wrong.append(f"{row.row} {name}: {row.status} {codes}")
    return wrong


def test_every_defect_gets_its_true_verdict() -> None:
    roster = build_roster()

    judged = _judge(to_xlsx(roster), "名册.xlsx")

    assert _complaints(judged, roster) == []


@pytest.mark.parametrize("seed", range(5))
def test_rows_taken_refused_and_no_data_are_the_rows_of_the_sheet(seed: int) -> None:
    roster = build_roster(seed)

    judged = _judge(to_xlsx(roster), "名册.xlsx")

    assert [row.row for row in judged] == list(range(1, len(roster.rows) + 1))
    assert all((row.draft is not None) == (row.status == "ok") for row in judged)
    refused = [row for row in judged if row.status == "refused"]
    assert all(
        any(p.severity == "refuse" and p.reason and p.remedy for p in row.problems)
        for row in refused
    )


def test_the_generator_makes_at_least_26_kinds_of_defect() -> None:
    assert len({defect.name for defect in DEFECTS}) >= 26


def _encoded(encode: Callable[[str], bytes]) -> tuple[MessyRoster, bytes]:
    roster = build_roster()
    stream = io.StringIO()
    csv.writer(stream).writerows([as_text(v) for v in row] for row in roster.rows)
    return roster, encode(stream.getvalue())


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda t: t.encode(),
    "bom": lambda t: t.encode("utf-8-sig"),
    "gb18030": lambda t: t.encode("gb18030"),
    "utf-16": lambda t: t.encode("utf-16"),
    "utf-8 read as latin-1": lambda t: t.encode().decode("latin-1").encode(),
    "gbk read as latin-1": lambda t: t.encode("gb18030").decode("latin-1").encode(),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_changes_no_verdict(encoding: str) -> None:
    roster, data = _encoded(ENCODINGS[encoding])
    by_utf8 = [(r.row, r.status, r.draft) for r in _judge(_encoded(ENCODINGS["utf-8"])[1], "a.csv")]

    judged = _judge(data, "a.csv")

    assert [(r.row, r.status, r.draft) for r in judged] == by_utf8
    ok = {r.row for r in judged if r.status == "ok"}
    assert {n for n, (_, _, name) in roster.expected.items() if name == "plain"} <= ok


def test_json_rows_are_ordinals() -> None:
    roster = build_roster()
    plain = [
        r
        for r, (_, _, name) in zip(roster.rows, roster.expected.values(), strict=True)
        if name == "plain"
    ]
    data = json.dumps(
        [dict(zip(HEADS, row, strict=True)) for row in plain], ensure_ascii=False
    ).encode()

    judged = _judge(data, "a.json")

    assert [r.row for r in judged] == list(range(1, len(plain) + 1))
    assert {r.status for r in judged} == {"ok"}


def test_no_problem_shows_a_whole_identity_number_or_phone() -> None:
    roster = build_roster()
    (grid,) = open_table(to_xlsx(roster), "名册.xlsx")

    values = [
        p.value for r in judge_rows(ImportKind.GRADUATES, grid, today=TODAY) for p in r.problems
    ]

    assert not any(re.search(r"\d{9}", value) for value in values)
    assert not any(re.search(r"\d{6}\*+\d{3}", value) for value in values)


def test_values_under_the_wrong_head_are_noticed_and_a_proposal_made() -> None:
    roster = build_roster()
    rows = [list(r) for r in roster.rows if r[0] is not None]
    for row in rows[3:]:
        row[2], row[3] = row[3], row[2]
    (grid,) = open_table(to_xlsx(MessyRoster(rows)), "a.xlsx")

    guesses = {g.head: g for g in guess_columns(ImportKind.GRADUATES, grid)}

    assert guesses["联系电话"].proposal == "id_number"
    assert guesses["身份证号"].proposal == "phone"
    assert guesses["身份证号"].conflict is not None
