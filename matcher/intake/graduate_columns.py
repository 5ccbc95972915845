"""Whose 姓名, 身份证号 and 电话 a roster of graduates means: the graduate's or the worker's.

Union rosters put the worker (困难职工) beside the child. A group above (困难职工 | 姓名), or a column that says
毕业生姓名 beside a plain 姓名 on its left, tells them apart; nothing of the worker becomes the graduate's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher.intake.cells import narrow
from matcher.intake.guesses import ColumnGuess
from matcher.intake.heads import head_key, outer_key

_OF_GRADUATE = re.compile(r"毕业生|学生|子女|孩子|儿女|求职者|应届生")
_OF_WORKER = re.compile(r"困难职工|职工|户主|家长|父亲|母亲|父母|监护人|建档")
_BECOMES = {"name": "holder_name", "id_number": "holder_id_number", "phone": "home_phone"}
_OF_FAMILY = frozenset(
    {*_BECOMES.values(), "tier", "file_no", "zero_employment", "home_address", "hukou_place"}
    | {"remark", "ordinal", "sex", "age", "marriage", "bank_card", "parent_name"}
)
"""What a roster says of the worker's household and may stand below its name."""
_PLAIN = re.compile(
    r"(本人)?(姓名|身份证|身份证件?号码?|公民身份号码|证件号码?|(联系|移动)?电话(号码)?|手机(号码?)?|联系方式)"
)


def settle_graduate_columns(guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Give the worker's columns to the worker, before duplicates are settled."""
    settled = [_below_worker(guess) for guess in guesses]
    explicit = [
        guess.index for guess in settled if guess.concept == "name" and _speaks_of_graduate(guess)
    ]
    if not explicit:
        return settled
    return [
        _to_worker(guess) if guess.index < explicit[0] and _is_plain(guess) else guess
        for guess in settled
    ]


def _speaks_of_graduate(guess: ColumnGuess) -> bool:
    return _OF_GRADUATE.search(narrow(guess.head)) is not None


def _is_plain(guess: ColumnGuess) -> bool:
    keys = (head_key(guess.head), outer_key(guess.head))
    return guess.concept in _BECOMES and any(_PLAIN.fullmatch(key) for key in keys)


def _to_worker(guess: ColumnGuess) -> ColumnGuess:
    return replace(guess, concept=_BECOMES.get(guess.concept or "", guess.concept), conflict=None)


def _below_worker(guess: ColumnGuess) -> ColumnGuess:
    """Keep of a column below the worker's name only what may be the worker's or the household's."""
    upper = narrow(guess.head).rpartition("|")[0]
    if not _OF_WORKER.search(upper) or _OF_GRADUATE.search(upper):
        return guess
    moved = _to_worker(guess)
    if moved.concept is None or moved.concept in _OF_FAMILY:
        return moved
    note = "是困难职工本人的情况，不是毕业生的"
    return replace(moved, concept=None, confidence=0.0, evidence=note, conflict=None)
