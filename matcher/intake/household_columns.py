"""Whose 姓名 and 身份证号 a roster of households means: the holder's or a member's.

A roster has either a row for each member (with 与户主关系) or a row for each household (with the
children in columns of their own). Plain heads (姓名, 身份证号) mean the member in the first and the
holder (困难职工) in the second.
"""

from collections.abc import Sequence
from dataclasses import replace

from matcher.intake.guesses import ColumnGuess
from matcher.intake.heads import head_key, outer_key

_PLAIN_HEADS = frozenset(
    {
        "姓名",
        "人员姓名",
        "xm",
        "name",
        "身份证",
        "身份证号",
        "身份证号码",
        "sfz",
        "sfzh",
        "sfzhm",
        "sfzjh",
    }
    | {
        "公民身份号码",
        "公民身份证号码",
        "证件号",
        "证件号码",
        "居民身份证号",
        "居民身份证号码",
        "zjhm",
    }
    | {"idnumber", "idcard", "idno"}
)
_OF_HOLDER = {"member_name": "holder_name", "member_id_number": "holder_id_number"}
_OF_MEMBER = frozenset(
    {"member_name", "member_id_number", "member_phone", "relation", "work_state", "work_unit"}
    | {"education_level", "major_name", "enrolment_date", "study_years", "birth_date", "health"}
    | {"member_income", "disability"}
)


def _base(concept: str | None) -> str:
    return (concept or "").partition("#")[0]


def is_member_row_layout(concepts: Sequence[str]) -> bool:
    """Say whether a roster has one row for each member: one relation column and one member name."""
    bases = [_base(concept) for concept in concepts]
    return bases.count("relation") == 1 and bases.count("member_name") == 1


def settle_household_columns(guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Return the guesses with plain heads given to holder or member, members numbered by group."""
    settled = [replace(g, concept=_base(g.concept) or None) for g in guesses]
    bases = [_base(g.concept) for g in settled]
    n_relations, n_names = bases.count("relation"), bases.count("member_name")
    if n_relations == 0 or n_names > n_relations:
        for member, holder in _OF_HOLDER.items():
            _give_first_plain(settled, member, holder)
    return _number_members(settled)


def _give_first_plain(guesses: list[ColumnGuess], member: str, holder: str) -> None:
    """Give the first plain head to the holder unless the holder has a column already."""
    if any(g.concept == holder for g in guesses):
        return
    first_name = next((g.index for g in guesses if g.concept == "member_name"), None)
    for guess in guesses:
        plain = head_key(guess.head) in _PLAIN_HEADS or outer_key(guess.head) in _PLAIN_HEADS
        if guess.concept == member and plain:
            before_members = (
                first_name is None or member == "member_name" or guess.index < first_name
            )
            if before_members:
                guesses[guess.index] = replace(guess, concept=holder)
            return


def _number_members(guesses: list[ColumnGuess]) -> list[ColumnGuess]:
    """Number repeated member columns by group; a group begins with the kind of column that comes first."""
    names = [g for g in guesses if g.concept == "member_name"]
    if len(names) < 2:
        return guesses
    opener = next(g.concept for g in guesses if g.concept in {"member_name", "relation"})
    ordinal, numbered = 0, []
    for guess in guesses:
        if guess.concept == opener:
            ordinal += 1
        if ordinal and guess.concept in _OF_MEMBER and ordinal > 1:
            guess = replace(guess, concept=f"{guess.concept}#{ordinal}")
        numbered.append(guess)
    return numbered
