"""One ticket's ways through several doors: in and out by turns, the log untouched, every scan accounted for."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.door_timelines import Pass, merged

_NINE = dt.datetime(2026, 7, 18, 9, 0, tzinfo=dt.UTC)


def _at(minute: int, is_in: bool, key: str, **how: bool) -> Pass:
    return Pass(_NINE + dt.timedelta(minutes=minute), is_in, key, **how)


def test_two_doors_that_let_one_ticket_in_contradict_each_other() -> None:
    line = merged([_at(30, True, "log", is_logged=True), _at(0, True, "brought")])

    assert line.contradicts == {"brought": "log"}
    assert line.is_inside


def test_who_left_by_the_first_door_and_came_in_by_the_second_is_no_contradiction() -> None:
    line = merged(
        [
            _at(30, True, "log", is_logged=True),
            _at(0, True, "brought in"),
            _at(20, False, "brought out"),
        ]
    )

    assert line.contradicts == {}
    assert [one.key for one in line.kept] == ["brought in", "brought out", "log"]


def test_a_leaving_nobody_understood_counts_once_the_entry_is_known() -> None:
    line = merged(
        [_at(30, False, "refused", is_logged=True, is_spare=True), _at(0, True, "brought")]
    )

    assert [one.key for one in line.kept] == ["brought", "refused"]
    assert not line.is_inside


def _alternating(minutes: list[int]) -> list[Pass]:
    return [
        _at(minute, number % 2 == 0, f"log{number}", is_logged=True)
        for number, minute in enumerate(sorted(minutes))
    ]


_LOGS = st.lists(st.integers(0, 60), unique=True, max_size=6).map(_alternating)
_BROUGHT = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=6).map(
    lambda found: [_at(minute, is_in, f"own{n}") for n, (minute, is_in) in enumerate(found)]
)


@given(_LOGS, _BROUGHT)
def test_every_brought_scan_is_kept_or_contradicts_and_the_log_stays(
    log: list[Pass], brought: list[Pass]
) -> None:
    line = merged([*log, *brought])

    kept = {one.key for one in line.kept}
    assert {one.key for one in log} <= kept
    assert kept | line.contradicts.keys() == {one.key for one in (*log, *brought)}
    assert not kept & line.contradicts.keys()


@given(_LOGS, _BROUGHT)
def test_what_is_kept_goes_in_and_out_by_turns(log: list[Pass], brought: list[Pass]) -> None:
    line = merged([*log, *brought])

    assert [one.is_in for one in line.kept] == [n % 2 == 0 for n in range(len(line.kept))]
    assert [one.at for one in line.kept] == sorted(one.at for one in line.kept)


@given(_LOGS, _BROUGHT)
def test_only_who_comes_in_or_goes_out_out_of_turn_contradicts(
    log: list[Pass], brought: list[Pass]
) -> None:
    alone = merged(log)

    line = merged([*log, *brought])

    assert alone.contradicts == {}
    if not line.contradicts:
        assert len(line.kept) == len(log) + len(brought)
