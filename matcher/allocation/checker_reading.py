"""What the checker reads (核验器读入): JSON as it stands, and exact values out of it. Nothing is guessed.

Part of `checker`; the standard library alone. A number has to be a whole number, a word one of a closed list, a name
may stand once: a checker that takes a file for what it does not say proves nothing about it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

Id = int | str

_HALF_A_CHARACTER = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
_SHOWN, _LETTERS = 5, 60
_ID_TYPES = {int, str}


class UnreadableError(Exception):
    """The file is no instance or no plan; the message says where and why."""


def load(text: str) -> Any:
    """Read JSON.

    Raises
    ------
    UnreadableError
        The text is not JSON, a name stands twice in one of its objects (readers would differ in which one counts),
        or it holds half a character (a lone surrogate), which nobody could write down.
    """
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        if _HALF_A_CHARACTER.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise UnreadableError("有不完整的字符（单独的代理项），无法写成 UTF-8。") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"不是完整的 JSON：{error}") from error
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) < len(pairs):
        raise UnreadableError(f"同一对象中 {_twice(name for name, _ in pairs)} 出现了两次。")
    return plain


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} 不是数")


def object_of(given: object, where: str) -> dict[str, Any]:
    """Take an object."""
    if not isinstance(given, dict):
        raise UnreadableError(f"{where} 须为 JSON 对象，现为{shown(given)}。")
    return given


def list_of(given: object, where: str) -> list[Any]:
    """Take a list."""
    if not isinstance(given, list):
        raise UnreadableError(f"{where} 须为数组，现为{shown(given)}。")
    return given


def whole(given: object, where: str, least: int, most: int) -> int:
    """Take a whole number of a range; 2.0, "2" and true are none."""
    if type(given) is not int or not least <= given <= most:
        raise UnreadableError(f"{where} 须为 {least} 到 {most} 的整数，现为{shown(given)}。")
    return given


def word_of(given: object, where: str, words: Sequence[str]) -> str:
    """Take one of a closed list of words."""
    if type(given) is not str or given not in words:
        raise UnreadableError(f"{where} 须为 {'、'.join(words)} 之一，现为{shown(given)}。")
    return given


def text_of(given: object, where: str) -> str | None:
    """Take a text, or nothing."""
    if given is not None and type(given) is not str:
        raise UnreadableError(f"{where} 须为文字，现为{shown(given)}。")
    return given


def id_of(given: object, where: str) -> Id:
    """Take an id: a whole number or a text."""
    if type(given) is int or type(given) is str:
        return given
    raise UnreadableError(f"{where} 须为整数或文字，现为{shown(given)}。")


def ids_of(given: object, where: str) -> list[Id]:
    """Take a list of ids that all differ."""
    listed = list_of(given, where)
    if not set(map(type, listed)) <= _ID_TYPES:
        raise UnreadableError(f"{where} 的每一项须为整数或文字。")
    if len(set(listed)) < len(listed):
        raise UnreadableError(f"{where} 中 {_twice(listed)} 列了不止一次。")
    return listed


def shown(given: object) -> str:
    """Say what was found instead, shortly."""
    if given is None:
        return "空"
    return f"“{str(given)[:_LETTERS]}”" if isinstance(given, (int, float, str)) else "其他类型"


def some(names: Iterable[object]) -> str:
    """Name the first of some."""
    listed = list(names)
    more = f"等 {len(listed)} 项" if len(listed) > _SHOWN else ""
    return "、".join(map(str, listed[:_SHOWN])) + more


def _twice(names: Iterable[Any]) -> str:
    return some(name for name, times in Counter(names).items() if times > 1)
