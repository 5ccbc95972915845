"""Arguments of `yangguang majors read` that would otherwise be taken in silence for something they are not."""

import click

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.directories import find_directory
from matcher.vocabulary.majors.directory_rows import known_editions
from matcher.vocabulary.majors.references import fold
from matcher.vocabulary.requirements.scanning import LEVEL_WORDS, levels_in

_ALL_LEVELS = ("混合", "不限")
"""Column words that name every level (学历不限); `levels_of_column` knows them beside those of the levels."""
EMPTY_TEXT = "要求是空的：没有写专业要求，不能据此判断任何人，每位毕业生都是“待确认”。"
NOTHING_READ = "没有读出任何专业：不能据此判断任何人，每位毕业生都是“待确认”。"


def check_level(level: str | None) -> None:
    """Refuse a word that names no level: it would be read as every level.

    Raises
    ------
    BadParameter
        No known word for a level stands in it.
    """
    words = fold(level or "").upper()
    if level is None or levels_in(words) or any(one in words for one in _ALL_LEVELS):
        return
    known = "；".join(
        f"{lv.label}（{'、'.join(word for word in LEVEL_WORDS[lv] if word != lv.label)}）"
        for lv in MajorLevel
    )
    raise click.BadParameter(
        f"不认识层次“{level}”。可写：{known}；{'、'.join(_ALL_LEVELS)}；也可组合，如 本科及以上、UG+PG。"
        "不分层次时请去掉 --level。",
        param_hint="--level",
    )


def check_directory(directory: str | None) -> None:
    """Refuse a directory that is not at hand: nothing could be read under it.

    Raises
    ------
    BadParameter
        Neither shipped nor imported.
    """
    if directory is None or find_directory(directory) is not None:
        return
    known = "、".join(f"{issuer}{year}" for issuer, year in sorted(known_editions()))
    raise click.BadParameter(
        f"没有专业参考目录“{directory}”。现有：{known}。请改用其中一个，去掉 --directory 按国家目录读取，"
        "或先用 yangguang majors import FILE --directory 地区年份 导入。",
        param_hint="--directory",
    )
