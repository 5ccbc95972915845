"""Whose 姓名 and 身份证号 a roster of households means: the holder's or a member's.

A roster has either a row for each member (with 与户主关系) or a row for each household (with the
children in columns of their own). Plain heads (姓名, 身份证号) mean the member in the first and the
holder (困难职工) in the second.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher.intake.cells import narrow
from matcher.intake.guesses import ColumnGuess
from matcher.intake.head_matching import match_head
from matcher.intake.heads import head_key, outer_key
from matcher.kinds import ImportKind

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
_NAMING = frozenset({"member_name", "member_id_number", "relation"})
_MAY_REPEAT = frozenset({"age", "ordinal", "remark", "political_status", "postal_code"})
"""Ignored and joined columns."""
OF_MEMBER = frozenset(
    {"member_name", "member_id_number", "member_phone", "relation", "work_state", "work_unit"}
    | {"education_level", "major_name", "enrolment_date", "study_years", "birth_date", "health"}
    | {"member_income", "disability", "ethnicity", "member_sex", "member_marriage", "urban_rural"}
    | {"member_school", "school_grade", "member_graduation", "tuition", "card", "bank_name"}
    | {"work_ability", "work_wish", "registered_unemployed", "age"}
)
_OF_ACCOUNT = frozenset({"card", "bank_name"})
"""Aid is paid to the holder's account, wherever its column stands."""
_SAID_OF_HOLDER = re.compile(r"户主|职工|申请人|建档人")


_HOLDER_GROUP = re.compile(r"户主|困难职工|职工|申请人|本人|建档人|户主信息")
_MEMBER_GROUP = re.compile(
    r"(配偶|爱人|妻子|丈夫|子女|孩子|儿子|女儿|学生|毕业生|父亲|母亲|父母|老人|(?:家庭)?成员|家属|亲属)"
    r"([一二三四五六七八九十]|\(?\d{1,2}\)?)?"
)
"""How heads say whose they are: 配偶姓名, 子女2身份证号, 家庭成员1|关系."""
_RELATIONS = ("配偶", "妻子", "丈夫", "子女", "儿子", "女儿", "父亲", "母亲")
_MEANT_OF_HOLDER = {"holder_phone": "member_phone", **{v: k for k, v in _OF_HOLDER.items()}}


def _base(concept: str | None) -> str:
    return (concept or "").partition("#")[0]


def is_member_row_layout(concepts: Sequence[str], member_head: str) -> bool:
    """Say whether a roster has one row for each member: one relation column and one member name.

    Parameters
    ----------
    member_head : head of the member's name; 配偶姓名 or 家庭成员1 name one member of a household's row
    """
    bases = [_base(concept) for concept in concepts]
    by_row = bases.count("relation") == 1 and bases.count("member_name") == 1
    return by_row and not group_of(member_head)


def relation_in_head(head: str) -> str | None:
    """Return the relation a head of a member's name says (配偶姓名 → 配偶)."""
    text = narrow(head)
    return next((relation for relation in _RELATIONS if relation in text), None)


def settle_household_columns(guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Return the guesses with plain heads given to holder or member, members numbered by group."""
    settled = [_of_person(replace(g, concept=_base(g.concept) or None)) for g in guesses]
    bases = [_base(g.concept) for g in settled]
    n_relations, n_names = bases.count("relation"), bases.count("member_name")
    named = next((g.head for g in settled if g.concept == "member_name"), "")
    by_row = is_member_row_layout(bases, named)
    if not by_row or n_relations == 0 or n_names > n_relations:
        for member, holder in _OF_HOLDER.items():
            _give_first_plain(settled, member, holder)
    settled = _give_members_phone(_give_beside_holder(settled)) if by_row else settled
    settled = _give_holder_own(settled, by_row=by_row)
    return _drop_repeated(_number_members(settled))


def group_of(head: str) -> str | None:
    """Return which member a head speaks of (配偶, 子女2, 家庭成员1); empty for the holder, None unsaid."""
    upper, _, lower = narrow(head).rpartition("|")
    for text in (upper, lower):
        found = _MEMBER_GROUP.match(text)
        if found and (text is upper or found.end() < len(text)):
            return found[0] if found[2] or found[1] not in {"成员", "家庭成员"} else None
    return "" if upper and _HOLDER_GROUP.match(upper) else None


def _of_person(guess: ColumnGuess) -> ColumnGuess:
    """Read the head of a person's column by what stands behind the person."""
    group = group_of(guess.head)
    if group is None or (guess.concept is not None and group == ""):
        return _to_holder(guess) if group == "" else guess
    lower = narrow(guess.head).rpartition("|")[2]
    rest = lower.removeprefix(group) if lower != group else lower
    concept, strength, evidence = match_head(ImportKind.HOUSEHOLDS, rest)
    concept = _MEANT_OF_HOLDER.get(concept or "", concept)
    if concept not in OF_MEMBER:
        return guess
    if guess.concept is None:
        guess = replace(guess, confidence=round(strength * 0.9, 2), evidence=evidence)
    return replace(guess, concept=concept)


def _to_holder(guess: ColumnGuess) -> ColumnGuess:
    """Give a column below 户主信息 to the holder."""
    concept = {**_OF_HOLDER, "member_phone": "holder_phone"}.get(guess.concept or "", guess.concept)
    return replace(guess, concept=concept)


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


def _give_beside_holder(guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Give plain columns between the holder's name and the first of the members' to the holder.

    困难职工姓名 | 性别 | 身份证号 | 成员姓名 | 关系 | 身份证号: the first number is the holder's.
    """
    name = next((g.index for g in guesses if g.concept == "holder_name"), None)
    members = [g.index for g in guesses if g.concept in {"member_name", "relation"}]
    if name is None or not members or min(members) < name:
        return list(guesses)
    given = []
    for guess in guesses:
        concept = guess.concept or ""
        between = name < guess.index < min(members) and group_of(guess.head) is None
        if between and concept == "member_id_number":
            guess = replace(guess, concept="holder_id_number")
        elif between and concept == "member_phone":
            guess = replace(guess, concept="holder_phone")
        elif between and concept in OF_MEMBER:
            guess = replace(guess, concept=f"{concept}#0")
        given.append(guess)
    return given


def is_plain_head(head: str) -> bool:
    """Say whether a head names a person without saying whom (姓名, 身份证号)."""
    return head_key(head) in _PLAIN_HEADS or outer_key(head) in _PLAIN_HEADS


def _give_members_phone(guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Give a plain phone (联系电话) to the person of the row, unless the members have one of their own."""
    if any(guess.concept == "member_phone" for guess in guesses):
        return list(guesses)
    holder = next((g.index for g in guesses if g.concept == "holder_name"), None)
    members = [g.index for g in guesses if g.concept in {"member_name", "relation"}]
    first = min(members) if holder is not None and members and holder < min(members) else -1
    return [
        replace(guess, concept="member_phone")
        if guess.concept == "holder_phone"
        and group_of(guess.head) != ""
        and not _SAID_OF_HOLDER.search(guess.head)
        and guess.index > first
        else guess
        for guess in guesses
    ]


def _give_holder_own(guesses: Sequence[ColumnGuess], *, by_row: bool) -> list[ColumnGuess]:
    """Mark the holder's own columns (#0): those below 户主信息, and plain ones before the members'.

    Where a row is a member's, plain columns are the member's, wherever they stand.
    """
    members = [g.index for g in guesses if g.concept in {"member_name", "relation"}]
    first = min(members, default=len(guesses))
    own = []
    for guess in guesses:
        group = group_of(guess.head)
        plain = guess.index < first or guess.concept in _OF_ACCOUNT
        is_own = group == "" or (group is None and plain and not by_row)
        if is_own and guess.concept in OF_MEMBER and guess.concept not in _NAMING:
            guess = replace(guess, concept=f"{guess.concept}#0")
        own.append(guess)
    return own


def _number_members(guesses: list[ColumnGuess]) -> list[ColumnGuess]:
    """Number member columns by group; a group begins with another person, or the column that opened it."""
    names = [g for g in guesses if g.concept == "member_name"]
    if len(names) < 2:
        return guesses
    opener = next(g.concept for g in guesses if g.concept in {"member_name", "relation"})
    ordinal, group = 0, ""
    numbered: list[ColumnGuess] = []
    for guess in guesses:
        said = group_of(guess.head)
        if guess.concept in OF_MEMBER:
            if (said and said != group) or (not said and guess.concept == opener):
                ordinal, group = ordinal + 1, said or ""
            elif said and guess.concept == opener and _has(numbered, opener, ordinal):
                ordinal += 1
            if ordinal > 1:
                guess = replace(guess, concept=f"{guess.concept}#{ordinal}")
        numbered.append(guess)
    return numbered


def _has(guesses: Sequence[ColumnGuess], concept: str | None, ordinal: int) -> bool:
    wanted = f"{concept}#{ordinal}" if ordinal > 1 else concept
    return any(guess.concept == wanted for guess in guesses)


def _drop_repeated(guesses: Sequence[ColumnGuess]) -> list[ColumnGuess]:
    """Leave each meaning to its first column; a second one of the same person is not used."""
    seen: dict[str, str] = {}
    kept = []
    for guess in guesses:
        if guess.concept in seen:
            note = f"与 {seen[guess.concept]} 列含义相同，未采用"
            guess = replace(guess, concept=None, confidence=0.0, evidence=note)
        elif guess.concept is not None and guess.concept not in _MAY_REPEAT:
            seen[guess.concept] = guess.letter
        kept.append(guess)
    return kept
