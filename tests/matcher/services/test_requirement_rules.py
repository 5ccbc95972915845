"""Whose words decide how a text is read: the nearest to it; and a key says all by itself what it means."""

import json

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.services.ranking_snapshots import read_key
from matcher.services.requirement_rules import (
    NO_RULES,
    PlacedTerm,
    ReadingRules,
    issuer_key,
    requirement_key,
    requirement_of_key,
    text_key,
)
from matcher.vocabulary.requirements import Decision, Meaning, Student, Term, judge

_COLUMNS = {"混合": "财税贸易大类、土木工程"}
_ISSUER = issuer_key("某市人社局", None)
_TEXT = text_key(_COLUMNS, None)
_ACCOUNTING = Student(MajorLevel.BACHELOR, "会计学", "120203")
_LAW = Student(MajorLevel.BACHELOR, "法学", "030101K")


def _term(target: str, level: MajorLevel | None = None) -> Term:
    return Term("财税贸易大类", Meaning.NODE, target, level)


_BUSINESS, _LAWS = _term("national:1202"), _term("national:0301")


def _verdicts(rules: ReadingRules, issuer: str = _ISSUER) -> tuple[Verdict, Verdict]:
    reading = read_key(requirement_key(_COLUMNS, None, issuer=issuer, rules=rules))
    return judge(reading, _ACCOUNTING).verdict, judge(reading, _LAW).verdict


def test_without_terms_and_decisions_a_key_is_as_short_as_ever() -> None:
    elsewhere = ReadingRules((PlacedTerm(_BUSINESS, "n:别的单位"),))

    key = requirement_key(_COLUMNS, "广东2020", issuer=_ISSUER, rules=elsewhere)

    assert key == json.dumps([_COLUMNS, "广东2020"], ensure_ascii=False)
    assert key == requirement_key(_COLUMNS, "广东2020")


def test_keys_of_old_runs_are_still_read() -> None:
    old = '[{"混合": "会计学"}, null]'

    assert requirement_of_key(old) == ({"混合": "会计学"}, None)
    assert judge(read_key(old), _ACCOUNTING).verdict is Verdict.YES


def test_a_key_alone_says_how_it_is_read() -> None:
    rules = ReadingRules(
        (PlacedTerm(_term("national:1202", MajorLevel.BACHELOR), _ISSUER),),
        {(_ISSUER, _TEXT): (Decision("bachelor:national:030101:法学", Verdict.NO),)},
    )

    key = requirement_key(_COLUMNS, None, issuer=_ISSUER, rules=rules)

    assert requirement_of_key(key) == (_COLUMNS, None)
    assert judge(read_key(key), _ACCOUNTING).verdict is Verdict.YES
    assert len(json.loads(key)) == 4


def test_widths_brackets_and_spaces_make_no_other_text_but_other_words_do() -> None:
    one = text_key({"本科": "会计学（120203K）、审计学", "专科": ""}, None)

    assert one == text_key({"本科": " 会计学(120203K)、 审计学"}, None)
    assert one != text_key({"本科": "会计学（120203K）、法学"}, None)
    assert one != text_key({"研究生": "会计学（120203K）、审计学"}, None)
    assert one != text_key({"本科": "会计学（120203K）、审计学"}, "广东2020")


def test_an_issuer_is_its_folded_name_or_else_the_employer() -> None:
    assert issuer_key("某市 人社局（本级）", 7) == issuer_key("某市人社局(本级)", 8)
    assert issuer_key(None, 7) == issuer_key("  ", 7) == "e:7"


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (PlacedTerm(_BUSINESS, _ISSUER, _TEXT), PlacedTerm(_LAWS, _ISSUER)),
        (PlacedTerm(_BUSINESS, _ISSUER), PlacedTerm(_LAWS)),
        (PlacedTerm(_BUSINESS, _ISSUER, distance=0), PlacedTerm(_LAWS, _ISSUER, distance=1)),
        (PlacedTerm(_BUSINESS, _ISSUER, distance=2), PlacedTerm(_LAWS, distance=0)),
    ],
    ids=["text before list", "issuer before everybody", "near union", "issuer before union"],
)
def test_what_is_said_nearest_to_the_text_decides(near: PlacedTerm, far: PlacedTerm) -> None:
    assert _verdicts(ReadingRules((far, near))) == (Verdict.YES, Verdict.NO)


def test_two_terms_of_one_word_at_the_same_place_are_two_meanings() -> None:
    rules = ReadingRules((PlacedTerm(_BUSINESS, _ISSUER), PlacedTerm(_LAWS, _ISSUER)))

    assert _verdicts(rules) == (Verdict.YES, Verdict.YES)


def test_a_nearer_term_of_one_level_leaves_the_other_levels_to_the_list() -> None:
    rules = ReadingRules(
        (
            PlacedTerm(_LAWS, _ISSUER),
            PlacedTerm(_term("graduate:1202", MajorLevel.GRADUATE), _ISSUER, _TEXT),
        )
    )

    assert _verdicts(rules) == (Verdict.NO, Verdict.YES)


def test_terms_of_another_issuer_or_another_text_decide_nothing() -> None:
    rules = ReadingRules(
        (PlacedTerm(_BUSINESS, "n:别的单位"), PlacedTerm(_LAWS, _ISSUER, "0" * 32))
    )

    assert _verdicts(rules) == _verdicts(NO_RULES) == (Verdict.MAYBE, Verdict.MAYBE)


def test_terms_that_differ_give_different_keys() -> None:
    keys = {
        requirement_key(_COLUMNS, None, issuer=_ISSUER, rules=ReadingRules((PlacedTerm(term),)))
        for term in (_BUSINESS, _LAWS, _term("national:1202", MajorLevel.BACHELOR))
    }

    assert len(keys) == len({*keys, requirement_key(_COLUMNS, None)}) - 1 == 3
