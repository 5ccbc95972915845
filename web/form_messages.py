"""What pages say about a wrong input, by pydantic's error type: what is wrong, then what to do."""

from collections.abc import Mapping
from typing import Any

from web.i18n import gettext, msg, translated

_MESSAGES = {
    "missing": msg("请填写%(label)s"),
    "string_type": msg("请填写%(label)s"),
    "string_too_short": msg("%(label)s至少 %(min_length)s 个字"),
    "string_too_long": msg("%(label)s最多 %(max_length)s 个字"),
    "string_pattern_mismatch": msg("%(label)s的写法不对，看输入框上面的说明"),
    "int_parsing": msg("%(label)s应为整数"),
    "int_type": msg("请填写%(label)s，用整数"),
    "int_from_float": msg("%(label)s应为整数"),
    "decimal_parsing": msg("%(label)s应为数字"),
    "float_parsing": msg("%(label)s应为数字"),
    "greater_than": msg("%(label)s应大于 %(gt)s"),
    "greater_than_equal": msg("%(label)s不能小于 %(ge)s"),
    "less_than": msg("%(label)s应小于 %(lt)s"),
    "less_than_equal": msg("%(label)s不能大于 %(le)s"),
    "date_from_datetime_parsing": msg("%(label)s应为日期，改为 2026-06-30 这样的写法"),
    "date_parsing": msg("%(label)s应为日期，改为 2026-06-30 这样的写法"),
    "date_type": msg("请填写%(label)s，写成 2026-06-30 这样"),
    "enum": msg("%(label)s只能从列出的选项里选"),
    "literal_error": msg("%(label)s只能从列出的选项里选"),
    "bool_parsing": msg("%(label)s请选“是”或“否”"),
    "too_short": msg("%(label)s至少选 %(min_length)s 项"),
    "too_long": msg("%(label)s最多选 %(max_length)s 项"),
    "list_type": msg("请选择%(label)s"),
}
"""Sentence by error type."""

_OTHER = msg("%(label)s填得不对，请检查")


def message_of(kind: str, label: str, context: Mapping[str, Any]) -> str:
    """Return the sentence for one error; a model's own ValueError speaks for itself."""
    if kind == "value_error" and "error" in context:
        return translated(str(context["error"]))
    values = {name: value for name, value in context.items() if name != "error"}
    return gettext(_MESSAGES.get(kind, _OTHER), **{**values, "label": label})
