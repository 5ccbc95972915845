"""The national form 困难职工档案表: its fields in its own order, for what has to be keyed there.

Known from re-posts [C], not from the authority: an office that sees other fields there corrects the table.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: our code, the part of the form it stands in, the form's own title."""

    code: str
    part: str
    title: str
    is_required: bool


@lru_cache(maxsize=1)
def load_form() -> tuple[FormField, ...]:
    """Read the table once per process, in the form's order."""
    table = files("matcher.policy.data").joinpath("national_form.csv").read_text(encoding="utf-8")
    return tuple(
        FormField(row["code"], row["part"], row["title"], row["required"] == "1")
        for row in csv.DictReader(table.splitlines())
    )


PART_TITLES = {
    "head": "基本情况",
    "member": "家庭成员",
    "cause": "致困原因",
    "relief": "审批",
    "bank": "银行信息",
    "exit": "退出",
}
"""Parts of the form in words."""
