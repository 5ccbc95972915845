"""The three files `yangguang bench titles` reads: titles by id, and who is right for whom (qrels of TREC)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from matcher.errors import InvalidInputError

_MOST_GRADE = 30
"""More than anybody means: a number of another column, most likely."""
_WHOLE = re.compile(r"[+-]?\d{1,9}(\.0*)?", re.ASCII)
"""A grade; other programs write whole ones as 1.0."""


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles by their ids, the highest first: that settles ties, as in trec_eval."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(slots=True)
class Judgements:
    """Grades by query and title, and the ids that stand in neither file of titles."""

    grades: dict[str, dict[str, int]] = field(default_factory=dict)
    count: int = 0


def read_titles(path: Path) -> Titles:
    """Read `id<TAB>title` a line; blank lines are passed over.

    Raises
    ------
    InvalidInputError
        A line has no tab, no id or no title, an id stands twice, or there is no title at all.
    """
    found: dict[str, str] = {}
    for number, line in _lines(path):
        id_, tab, title = line.partition("\t")
        id_, title = id_.strip(), title.strip()
        if not tab:
            raise _bad(path, number, "没有制表符", "每行请写“编号、制表符、职位名称”")
        if not id_ or not title:
            raise _bad(path, number, "编号或职位名称为空", "请补上，或删去这一行")
        if id_ in found:
            raise _bad(path, number, f"编号 {id_} 重复", "请给每个职位名称一个不同的编号")
        found[id_] = title
    if not found:
        raise _bad(path, None, "没有职位名称", "每行请写“编号、制表符、职位名称”")
    ids = tuple(sorted(found, reverse=True))
    return Titles(ids, tuple(found[id_] for id_ in ids))


def read_judgements(path: Path) -> Judgements:
    """Read `query iteration title grade` a line; of a pair judged twice the last line counts.

    Raises
    ------
    InvalidInputError
        A line has not four parts, a grade is no whole number, or there is no judgement at all.
    """
    found = Judgements()
    for number, line in _lines(path):
        parts = line.split()
        if len(parts) != 4:
            raise _bad(
                path, number, f"有 {len(parts)} 项", "每行请写四项：查询编号、0、职位编号、相关程度"
            )
        query, _, title, grade = parts
        if not _WHOLE.fullmatch(grade) or float(grade) > _MOST_GRADE:
            raise _bad(
                path, number, f"相关程度 {grade} 不对", f"请写 0（不相关）到 {_MOST_GRADE} 的整数"
            )
        found.grades.setdefault(query, {})[title] = max(0, int(float(grade)))
        found.count += 1
    if not found.count:
        raise _bad(path, None, "没有判断", "每行请写四项：查询编号、0、职位编号、相关程度")
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number the lines that are not blank; a mark of byte order at the beginning is dropped."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, None, "不是 UTF-8 编码", "请另存为 UTF-8 后重试") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _bad(path: Path, line: int | None, what: str, mend: str) -> InvalidInputError:
    where = f"{path}" if line is None else f"{path} 第 {line} 行"
    return InvalidInputError("bench_titles_input", f"{where}：{what}。{mend}。", line=line)
