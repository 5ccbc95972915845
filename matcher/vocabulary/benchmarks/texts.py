"""Requirement texts made up from the catalogues, in the grammars issuers write in, each with graduates to ask.

Their shares are even: what is measured is the speed of reading each grammar, not how often it occurs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import MajorRef, load_catalogue

CASES_A_TEXT = 6
"""Graduates to ask of one text: what an office asks at once when it looks at a handful of people."""
_NAMED = 2
"""Of these, so many study what the text names; the others are anybody."""


@dataclass(frozen=True, slots=True)
class Graduate:
    """Who is asked about; `code` is None where nobody vouches for one."""

    level: MajorLevel
    major: str
    code: str | None


@dataclass(frozen=True, slots=True)
class MadeUpText:
    """A requirement as it stands under the column of a level, and who is asked about it."""

    grammar: str
    text: str
    column: MajorLevel
    graduates: tuple[Graduate, ...]


def _names(picked: list[MajorRef]) -> str:
    return "、".join(one.name for one in picked)


def _coded(picked: list[MajorRef]) -> str:
    return "，".join(f"{one.name}（{one.code}）" if one.code else one.name for one in picked)


def _codes_first(picked: list[MajorRef]) -> str:
    return "、".join(f"{one.code}{one.name}" for one in picked)


def _classes(picked: list[MajorRef]) -> str:
    return "、".join(dict.fromkeys(one.class_name or one.name for one in picked))


def _coded_classes(picked: list[MajorRef]) -> str:
    named = {one.class_name: one.class_code for one in picked if one.class_name}
    return "；".join(f"{name}（{code}）" for name, code in named.items()) or _names(picked)


def _gates(picked: list[MajorRef]) -> str:
    return "、".join(dict.fromkeys(f"{one.gate_name}（{one.gate_code}）" for one in picked[:2]))


def _excluding(picked: list[MajorRef]) -> str:
    first = picked[0]
    return f"{first.class_name or first.gate_name}（不含{first.name}）、{_names(picked[1:])}"


def _restricted(picked: list[MajorRef]) -> str:
    first = picked[0]
    return f"{first.class_name or first.gate_name}（仅限{first.name}），{_names(picked[1:])}"


def _by_level(picked: list[MajorRef]) -> str:
    half = max(1, len(picked) // 2)
    label = picked[0].level.label
    return f"{label}：{_names(picked[:half])}；{label}及以上：{_classes(picked[half:] or picked)}"


def _numbered(picked: list[MajorRef]) -> str:
    return " ".join(f"{number}.{one.name}" for number, one in enumerate(picked, 1))


def _open_ended(picked: list[MajorRef]) -> str:
    return f"{_names(picked)}等相关专业"


def _with_condition(picked: list[MajorRef]) -> str:
    return f"{_names(picked)}专业，具有相应职业资格证书，应届毕业生"


def _unlimited(picked: list[MajorRef]) -> str:
    return f"不限（{picked[0].name}优先）" if len(picked) > 3 else "专业不限"


GRAMMARS: dict[str, Callable[[list[MajorRef]], str]] = {
    "names": _names,
    "names with codes": _coded,
    "codes before names": _codes_first,
    "classes": _classes,
    "classes with codes": _coded_classes,
    "gates": _gates,
    "exclusion": _excluding,
    "restriction": _restricted,
    "by level": _by_level,
    "numbered": _numbered,
    "open-ended": _open_ended,
    "condition": _with_condition,
    "unlimited": _unlimited,
}


def made_up_texts(count: int, seed: int) -> Iterator[MadeUpText]:
    """Yield so many texts, the grammars in turn."""
    leaves = {level: load_catalogue().leaves(level) for level in MajorLevel}
    leaves = {level: every for level, every in leaves.items() if every}
    random = Random(f"{seed} texts")  # noqa: S311 - made-up data, not a secret
    made = partial(_made_up, leaves, random)
    for number in range(count):
        yield made(list(GRAMMARS)[number % len(GRAMMARS)])


def _made_up(leaves: dict[MajorLevel, list[MajorRef]], random: Random, grammar: str) -> MadeUpText:
    level = random.choice([MajorLevel.BACHELOR, *leaves])
    near = [one for one in leaves[level] if one.gate_name]
    picked = random.sample(near, random.choice((1, 2, 3, 4, 5, 8, 15)))
    asked = [*random.sample(picked, min(_NAMED, len(picked)))]
    asked += random.sample(leaves[level], CASES_A_TEXT - len(asked))
    random.shuffle(asked)
    graduates = tuple(Graduate(one.level, one.name, one.code or None) for one in asked)
    return MadeUpText(grammar, GRAMMARS[grammar](picked), level, graduates)
