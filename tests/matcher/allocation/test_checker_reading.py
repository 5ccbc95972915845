"""Rules of reading for the checker: what is not exactly what a file may say is refused, and the record is named."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from matcher.allocation.bare import read_instance
from matcher.allocation.bare_plan import bare_hash, bare_plan
from matcher.allocation.checker import check_plan
from matcher.allocation.checker_reading import UnreadableError, load
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.hall import certificate
from matcher.errors import InvalidInputError

Written = dict[str, Any]

INSTANCE: Written = {
    "postings": [
        {"id": "p", "seats": 2, "reserved": 1, "order": ["a", 7, "c"]},
        {"id": 9, "seats": 1, "reserved": 0, "order": ["c", 7]},
    ],
    "graduates": [
        {"id": "a", "class": 0, "wishes": ["p"]},
        {"id": 7, "class": 3, "wishes": ["p", 9]},
        {"id": "c", "class": 5, "wishes": [9, "p"]},
    ],
    "guarantee_class": 5,
    "mode": "minimum_guarantee",
    "unfilled": "release",
}


_NO_CLASSES: list[Any] = [6, -1, 2.7, "5", True, None]
_NO_GUARANTEES: list[Any] = ["5", 0, 9, -3, 2.5, False]
_NO_SEATS: list[Any] = [2.9, 2.0, "2", float("inf"), None, -1]
_NO_WORDS: list[Any] = ["minimal", "relase", None, True, {}, ["minimum_guarantee", "release"]]


def _plan() -> Written:
    bare = read_instance(INSTANCE)
    proof = certificate(bare.market, bare.rules)
    written: Written = bare_plan(
        bare, fair_plan(bare.market, bare.rules), proof, bare_hash(INSTANCE)
    )
    return written


def _posting(**fields: Any) -> Callable[[Written], None]:
    return lambda instance: instance["postings"][0].update(fields)


def _person(**fields: Any) -> Callable[[Written], None]:
    return lambda instance: instance["graduates"][1].update(
        {name.removesuffix("_"): value for name, value in fields.items()}
    )


def _rules(**fields: Any) -> Callable[[Written], None]:
    return lambda instance: instance.update(fields)


@pytest.mark.parametrize(
    ("change", "record"),
    [
        *[(_person(class_=one), "毕业生 7 的 class") for one in _NO_CLASSES],
        *[(_rules(guarantee_class=one), "guarantee_class") for one in _NO_GUARANTEES],
        *[(_rules(mode=one), "mode") for one in _NO_WORDS],
        *[(_rules(unfilled=one), "unfilled") for one in _NO_WORDS],
        *[(_posting(seats=one), "岗位 p 的 seats") for one in _NO_SEATS],
        (_posting(reserved=3), "岗位 p"),
        (_posting(reserved=True), "岗位 p 的 reserved"),
        (_posting(zero_employment=2), "岗位 p"),
        (_posting(order=["a", 7, "c", "a"]), "岗位 p 的 order 中 a"),
        (_posting(order=["a", "7", "c"]), "岗位 p 的 order 中 7 不在"),
        (_posting(order=["a", 7.0, "c"]), "岗位 p 的 order"),
        (_posting(order="a7c"), "岗位 p 的 order"),
        (_posting(reserved_order=["c", 7]), "岗位 p 的 reserved_order"),
        (_posting(reserved_order=["c", 7, "z"]), "岗位 p 的 reserved_order 中 z"),
        (_posting(id=9), "岗位 9"),
        (_posting(id=None), "postings[0] 的 id"),
        (_person(wishes="p"), "毕业生 7 的 wishes"),
        (_person(wishes=["p", 9, "p"]), "毕业生 7 的 wishes 中 p"),
        (_person(wishes=["q"]), "毕业生 7 的 wishes 中 q"),
        (_person(lottery=1), "毕业生 a 的 lottery"),
        (_rules(graduates=[1]), "graduates[0]"),
        (_rules(postings={}), "postings"),
    ],
)
def test_an_instance_is_taken_for_nothing_it_does_not_say(
    change: Callable[[Written], None], record: str
) -> None:
    instance = deepcopy(INSTANCE)
    change(instance)

    with pytest.raises(UnreadableError) as caught:
        check_plan(instance, _plan())

    assert record in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "record"),
    [
        ({"seats": None}, "seats"),
        ({"seats": {"a": {"posting": None}}}, "seats 中 a 的 posting"),
        ({"seats": {"a": {"posting": "p", "kind": 1}}}, "seats 中 a 的 kind"),
        ({"seats": [{"graduate": [], "posting": "p"}]}, "seats[0] 的 graduate"),
        ({"fallbacks": []}, "fallbacks"),
        ({"fallbacks": {"c": {"posting": 9, "group": "xx"}}}, "fallbacks 中 c 的 group"),
        ({"certificate": {}}, "certificate"),
        (
            {"certificate": [{"people": ["c"], "postings": [], "seats": "0", "short": 1}]},
            "certificate[0]",
        ),
        ({"certificate": [{"people": 3, "postings": [], "seats": 0, "short": 1}]}, "people"),
        ({"uncovered": 3}, "uncovered"),
        ({"placed": "3"}, "placed"),
        ({"rule": "best"}, "rule"),
        ({"result_hash": 5}, "result_hash"),
        ({"pins": [{"graduate": "a", "posting": "p", "kind": "glue"}]}, "pins[0] 的 kind"),
    ],
)
def test_a_plan_is_taken_for_nothing_it_does_not_say(fields: Written, record: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        check_plan(INSTANCE, _plan() | fields)

    assert record in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"seats": {"1": {}}, "rule": "fair", "seats": {}}',
        '{"unfilled": "release", "unfilled": "hold"}',
        '{"fallbacks": {"4": {}, "4": {}}}',
        '[{"a": {"b": 1, "b": 1}}]',
    ],
)
def test_a_name_that_stands_twice_in_any_object_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="两次"):
        load(text)


@pytest.mark.parametrize("text", ["[NaN]", "[Infinity]", '"\\ud800"', '"\\uDC00x"', "[" * 100_000])
def test_what_is_no_json_everybody_can_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        load(text)


def test_whole_characters_beyond_the_plane_are_read() -> None:
    assert load(json.dumps("𠮷", ensure_ascii=True)) == "𠮷"


def test_a_number_of_people_that_is_not_so_is_found() -> None:
    report = check_plan(INSTANCE, _plan() | {"placed": 999})

    assert [check.name for check in report.checks if check.met is False] == ["placed"]


def test_the_solver_takes_no_id_that_cannot_be_written() -> None:
    instance = deepcopy(INSTANCE)
    instance["graduates"].append({"id": "\ud800", "class": 0, "wishes": []})

    with pytest.raises(InvalidInputError) as caught:
        read_instance(instance)

    assert "graduates[3]" in str(caught.value.details["problems"])
