"""A person's own words as employers read them (自我介绍): without hardship, numbers, parents or the address.

What somebody writes of themselves often tells more than an employer may know. Sentences that do are left out whole,
and the person is shown which: a name, a number or a family is not to be guessed from a gap.
"""

import re
from dataclasses import dataclass

_STATUS = (
    r"零就业|低保|特困|贫困|脱贫|建档立卡|困难(?:职工|家庭|学生|毕业生|群体|户|补助|认定|生)|"
    r"(?:家庭|家境|家里|经济|生活|就业)(?:\w{0,4})?(?:困难|拮据|贫寒|紧张)|助学(?:金|贷款)|励志奖学金|"
    r"帮扶|援助对象|脱困|救助|孤儿|残疾|单亲|重病|大病|优先录用|预留|保底"
)
_FAMILY = r"父亲|母亲|父母|爸|妈妈|我妈|双亲|爷爷|奶奶|外公|外婆|哥哥|姐姐|弟弟|妹妹|兄弟|姊妹|家属|家人|家里"
_ADDRESS = (
    r"家庭(?:住址|地址)|住址|家住|户籍(?:地址|所在)|现居住?于?|住在|"
    r"\d+\s*(?:号楼|栋|幢|单元|弄)|小区\S{0,6}\d|(?:路|街|巷|村)\s*\d+\s*号"
)
_NUMBER = (
    r"\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)|身份证|(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|\d{16,19}"
)

_BARRED = re.compile("|".join((_STATUS, _FAMILY, _ADDRESS, _NUMBER)))
_NUMBERED = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)|身份证号?码?")
_SENTENCE = re.compile(r"[^。！？；;!?\n]+[。！？；;!?\n]*")


@dataclass(frozen=True)
class OwnWords:
    """A text in two parts: what employers read, and the sentences left out."""

    kept: str
    left_out: tuple[str, ...]


def for_employers(text: str | None) -> OwnWords:
    """Return what of a text employers may read; sentences that tell of status, family or numbers are left out."""
    kept, left_out = [], []
    for sentence in _SENTENCE.findall(text or ""):
        if _BARRED.search(sentence):
            left_out.append(sentence.strip())
        else:
            kept.append(sentence)
    return OwnWords("".join(kept).strip(), tuple(left_out))


def tells_too_much(text: str) -> bool:
    """Say whether a brought document tells an identity number, an address or a status."""
    plain = re.sub(r"\s", "", text)
    return bool(
        _NUMBERED.search(plain)
        or re.search(_STATUS, plain)
        or re.search(r"家庭住址|家庭地址", plain)
    )
