"""The machine contract of `yangguang bench vocabulary`, and what its made-up input must be. No time is asserted."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from matcher.cli import bench_reading
from matcher.cli.bench import bench
from matcher.cli.bench_reading import lines_of, measure_reading
from matcher.cli.bench_shapes import VocabularyOut
from matcher.kinds import MajorLevel
from matcher.vocabulary.benchmarks import (
    GRAMMARS,
    LONG,
    PlainSplitter,
    made_up_texts,
    major_queries,
    make_bombs,
    occupation_queries,
    place_queries,
    place_texts,
    sentences,
)
from tests.support import tree

DRAWN = (major_queries, occupation_queries, place_queries, place_texts, sentences)
PASSES = {"cold", "warm", "again", "splitter"}


@pytest.fixture(scope="module")
def ran() -> Result:
    """Give one run on very little input."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_reading, "ROUNDS", 1)
        patch.setattr(bench_reading, "make_bombs", lambda: {"除": "除" * 50, "和": "和" * 50})
        return CliRunner().invoke(bench, ["vocabulary", "--texts", "14", "--json"])


def _names(value: object) -> object:
    """Reduce an answer to the names of its fields; the keys of mappings of figures are part of them."""
    if isinstance(value, dict):
        return {key: _names(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_names(value[0])] if value else []
    return None


def _every_number(value: object) -> list[float]:
    if isinstance(value, BaseModel):
        return _every_number(value.model_dump())
    if isinstance(value, dict):
        return [n for inner in value.values() for n in _every_number(inner)]
    if isinstance(value, list):
        return [n for inner in value for n in _every_number(inner)]
    return [value] if isinstance(value, int | float) else []


def test_standard_output_is_one_object_and_progress_goes_beside_it(ran: Result) -> None:
    answer = VocabularyOut.model_validate_json(ran.stdout)

    assert ran.exit_code == 0
    assert "measuring: loading" in ran.stderr
    assert min(_every_number(answer)) >= 0


def test_the_shape_is_the_one_documented(ran: Result) -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text()
    shown = re.search(r"<!-- shape: bench vocabulary -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert shown is not None

    documented: dict[str, Any] = json.loads(shown[1])
    real = json.loads(ran.stdout)

    for answer in (documented, real):
        for reading in answer["reading"]:
            assert set(reading.pop("verdicts")) <= {"yes", "no", "maybe"}
    assert _names(real) == _names(documented)


def test_both_sides_of_a_ratio_were_asked_the_same(ran: Result) -> None:
    reading = VocabularyOut.model_validate_json(ran.stdout).reading

    assert [(one.cases_a_text, one.texts, one.cases) for one in reading] == [
        (1, 14, 14),
        (6, 14, 84),
    ]
    for one in reading:
        assert set(one.passes) == PASSES
        assert set(one.ratios) == PASSES - {"splitter"}
        assert min(one.ratios.values()) > 0
        assert sum(one.verdicts.values()) == one.cases
        assert 0 < one.agree <= 1


def test_a_splitter_that_leaves_out_a_case_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bench_reading._split_all
    monkeypatch.setattr(bench_reading, "_split_all", lambda how, lines: whole(how, lines[1:]))

    with pytest.raises(AssertionError, match="not asked the same"):
        measure_reading(list(made_up_texts(3, 1)), 2)


def test_the_same_seed_makes_up_the_same_input_and_another_seed_another() -> None:
    once, again, other = (list(made_up_texts(26, seed)) for seed in (1, 1, 2))

    assert once == again
    assert once != other
    for draw in DRAWN:
        assert draw(60, 1) == draw(60, 1)
        assert draw(60, 1) != draw(60, 2)
        assert len(draw(60, 1)) == 60


def test_every_grammar_is_written_and_somebody_named_is_asked() -> None:
    texts = list(made_up_texts(2 * len(GRAMMARS), 1))

    assert {one.grammar for one in texts} == set(GRAMMARS)
    assert all(one.text and len(one.graduates) == 6 for one in texts)
    named = [t for t in texts if t.grammar == "names"]
    assert all(any(who.major in t.text for who in t.graduates) for t in named)
    assert len(lines_of(texts, 6)) == 6 * len(texts)


def test_every_slow_text_is_as_long_as_the_reader_takes() -> None:
    assert {len(text) for text in make_bombs().values()} == {LONG}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("会计学、审计学", True),
        ("工商管理类", True),
        ("管理学（12）", True),
        ("专业不限", True),
        ("会计", False),
        ("法学类，金融学", False),
    ],
)
def test_the_splitter_compares_names_classes_and_gates(text: str, fits: bool) -> None:
    assert PlainSplitter().fits(text, MajorLevel.BACHELOR, "会计学") is fits
