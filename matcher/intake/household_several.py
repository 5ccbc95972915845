"""Several people written into one cell of a household's row: 马小、马二, or 妻子：丁二；儿子：马小（在读）.

Their numbers stand in another cell in the same order, or behind the names. What cannot be told apart is said and
left out; who reads it is asked for a row or columns of their own.
"""

import re
from dataclasses import replace

from matcher.identity import birth_date
from matcher.intake.cells import narrow
from matcher.intake.drafts import MemberDraft
from matcher.intake.household_columns import is_member_row_layout, relation_in_head
from matcher.intake.household_words import plain_relation, sex_of_number, work_status_of
from matcher.intake.identifiers import read_id_number
from matcher.intake.layout import RowReader

_BETWEEN = re.compile(r"[、，,;；/\n]+(?![^（(]*[)）])")
_BETWEEN_SAYINGS = re.compile(r"[;；\n。]+(?![^（(]*[)）])")
_NOTE = re.compile(r"[(（]([^)）]*)[)）]$")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}·[\u3400-\u9fff·]{1,14}")
_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
_CUT = re.compile(r"[:：,，、\s()（）]+")
_LONG = 8
"""Characters from which a cell of a name is a sentence."""


def read_several(reader: RowReader, suffix: str) -> list[MemberDraft] | None:
    """Return the people of a cell that names several, or tells of them in words; None if it names one."""
    concept = "member_name" + suffix
    text = reader.text(concept)
    if text is None:
        return None
    names = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    bare = [_NOTE.sub("", name).replace(" ", "") for name in names]
    if len(names) > 1 and all(_NAME.fullmatch(name) for name in bare):
        return _in_order(reader, suffix, names, bare)
    by_member = is_member_row_layout(list(reader.layout.columns), reader.head_of("member_name"))
    if by_member or len(text) < _LONG or "·" in text:
        return None
    return _in_words(reader, concept, text)


def _in_order(
    reader: RowReader, suffix: str, names: list[str], bare: list[str]
) -> list[MemberDraft]:
    concept = "member_name" + suffix
    cell = reader.text("member_id_number" + suffix) or ""
    numbers = [part.strip() for part in _BETWEEN.split(cell) if part.strip()]
    if numbers and len(numbers) != len(names):
        reason = f"一格里有 {len(names)} 个姓名，身份证号有 {len(numbers)} 个，对不上"
        reader.refuse("several_people", reason, "请每人一行或每人一组列", concept)
        return []
    reader.warn("several_people", "一格里有几个人，已按顺序拆开", "请核对", concept)
    head = relation_in_head(reader.head_of(concept))
    relation = reader.text("relation" + suffix)
    relations = _BETWEEN.split(relation) if relation else []
    members = []
    for index, (name, plain) in enumerate(zip(names, bare, strict=True)):
        said = relations[index] if len(relations) == len(names) else (head or relation)
        own = _by_number(reader, suffix, numbers[index] if numbers else None)
        note = _NOTE.search(name)
        told = plain_relation(note[1]) if note and plain_relation(note[1]) != note[1] else said
        members.append(replace(own, name=plain, relation=told))
    return members


def _by_number(reader: RowReader, suffix: str, number: str | None) -> MemberDraft:
    reading = read_id_number(number, reader.layout.today)
    value = reader.take("member_id_number" + suffix, reading)
    if value is None:
        return MemberDraft(name="")
    return MemberDraft(
        name="", id_number=value, birth_date=birth_date(value), sex=sex_of_number(value)
    )


def _in_words(reader: RowReader, concept: str, text: str) -> list[MemberDraft]:
    """Read 妻子：丁二，无业；儿子：马小（在读）, as far as each saying names one person."""
    sayings = [part for part in _BETWEEN_SAYINGS.split(narrow(text)) if part.strip()]
    members = [found for saying in sayings if (found := _of_saying(reader, saying)) is not None]
    if len(members) < len(sayings):
        reader.warn(
            "members_in_words",
            f"家庭成员写成了文字，读出 {len(members)} 人，其余未写入",
            "请把家庭成员填成每人一行或每人一组列",
            concept,
        )
    else:
        reader.warn("several_people", "家庭成员写在一格里，已拆开", "请核对", concept)
    return members


def _of_saying(reader: RowReader, saying: str) -> MemberDraft | None:
    numbers = _NUMBER.findall(saying)
    words = [word for word in _CUT.split(_NUMBER.sub(" ", saying)) if word]
    relation = next(
        (word for word in words if plain_relation(word) != word or word in _PLAIN), None
    )
    name = next((word for word in words if word != relation and _NAME.fullmatch(word)), None)
    if name is None or relation is None or len(numbers) > 1:
        return None
    number = read_id_number(numbers[0], reader.layout.today).value if numbers else None
    rest = "，".join(word for word in words if word not in (name, relation))
    return MemberDraft(
        name=name,
        relation=relation,
        id_number=number,
        birth_date=birth_date(number) if number else None,
        sex=sex_of_number(number) if number else None,
        work_state=rest or None,
        work_status=work_status_of(rest),
    )


_PLAIN = frozenset(
    {
        "配偶",
        "儿子",
        "女儿",
        "子女",
        "父亲",
        "母亲",
        "父母",
        "岳父",
        "岳母",
        "公公",
        "婆婆",
        "祖父",
        "祖母",
    }
    | {"孙子", "孙女", "儿媳", "女婿", "兄弟姐妹"}
)
