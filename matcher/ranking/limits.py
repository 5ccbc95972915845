"""Limits of the packed arrays (快照限度), refused when a snapshot is built with a sentence that says what to do.

Points and their sum fit 15 bits (`parameters` refuses more), term numbers 16 bits with the last for padding, required
certificates are bits of one 64-bit number, majors have 16 bits.
"""

from collections.abc import Mapping

from matcher.errors import InvalidInputError, SnapshotError
from matcher.ranking.parameters import TERMS_LIMIT, DriveParameters
from matcher.ranking.text import TextModel

LEAVES_LIMIT = 65_535
CERTIFICATES_LIMIT = 64

_NAMED = 3
"""Certificates a refusal names."""


def read_parameters(values: dict[str, object]) -> DriveParameters:
    """Read the parameters a run was asked with.

    Raises
    ------
    SnapshotError
        They pass a limit or break a rule of the score model, as ones stored by an older version may.
    """
    try:
        return DriveParameters.from_dict(values)
    except InvalidInputError as error:
        fields = error.details.get("fields")
        said = "".join(map(str, fields.values())) if isinstance(fields, dict) else ""
        message = f"活动的排序规则超出限度：{said or error.message}请在“排序规则”中修改后重新排序。"
        raise SnapshotError("parameters_limit", message) from error


def check_vocabulary(text: TextModel) -> None:
    """Refuse a vocabulary whose padding slot has no number left."""
    if text.padding >= TERMS_LIMIT:
        message = (
            f"文字词表有 {text.padding} 个词，排序最多支持 {TERMS_LIMIT - 1} 个。"
            "请在活动的排序规则中减少词表的词数后重新排序。"
        )
        raise SnapshotError("too_many_terms", message, count=text.padding)


def check_leaves(count: int) -> None:
    """Refuse more majors than 16 bits can number."""
    if count > LEAVES_LIMIT:
        message = (
            f"参加排序的毕业生共有 {count} 种不同的专业，排序最多支持 {LEAVES_LIMIT} 种。"
            "请核对毕业生名册的“专业”一列是否填了其他内容，或把活动分成几个再排序。"
        )
        raise SnapshotError("too_many_leaves", message, count=count)


def check_certificates(rows: Mapping[str, int]) -> None:
    """Refuse more required certificates than a mask has bits.

    Parameters
    ----------
    rows : how many postings require each; the rarest are named, as they are most often another's misspelling
    """
    if len(rows) > CERTIFICATES_LIMIT:
        rarest = sorted(rows, key=lambda name: (rows[name], name))[:_NAMED]
        named = "、".join(f"“{name}”" for name in rarest)
        message = (
            f"岗位要求的证书有 {len(rows)} 种，排序最多支持 {CERTIFICATES_LIMIT} 种。最少岗位要求的是{named}。"
            "请合并名称不同的同一种证书，或把活动分成几个再排序。"
        )
        raise SnapshotError("too_many_certificates", message, count=len(rows), rarest=rarest)
