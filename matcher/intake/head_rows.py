"""What heads look like beside data, whatever their words: codes of fields, labels above typed values."""

import re
from collections.abc import Sequence

from matcher.intake.cells import cell_text
from matcher.intake.grids import Row

_FEWEST = 2
_TYPED = re.compile(r"[\d.,:/\-+%￥¥ ]{4,}|.*\d{7,}.*|\S+@\S+|https?://.*")
"""Values that no head looks like: numbers, dates, phones, addresses of the net."""
_TYPED_SHARE = 0.6
_OPAQUE = re.compile(
    r"[a-z]{1,4}\d{1,4}|(字段|列|栏|第|column|col|field|unnamed|未命名|f)[\s_:：]*\d+(列|栏)?|[a-z]",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,40}")


def is_opaque_head(head: str) -> bool:
    """Say whether a head says nothing: none, a serial name (字段3, Unnamed: 2) or a bare code (f07)."""
    return not head or _OPAQUE.fullmatch(head.strip()) is not None


def is_typed_below(rows: Sequence[Row], column: int) -> bool:
    """Say whether most values of a column are numbers, dates, phones or addresses of the net."""
    values = [row.values[column] for row in rows if column < len(row.values)]
    texts = [cell_text(value) for value in values if value is not None]
    return bool(texts) and sum(
        _TYPED.fullmatch(text) is not None for text in texts
    ) >= _TYPED_SHARE * len(texts)


def is_code_row(row: Row) -> bool:
    """Say whether a row holds names of database fields only (aac002, xm, student_no)."""
    texts = [cell_text(value) for value in row.values if value is not None]
    return len(texts) > _FEWEST and all(_IDENTIFIER.fullmatch(text) for text in texts)
