"""Texts as long as the reader takes them that are made to be slow: nested, repeated, ambiguous, unknown.

Each is a shape that once took the reader a tenth of a second or more, or could have.
"""

from matcher.vocabulary.majors import load_catalogue

LONG = 3_000
"""Characters; the reader keeps a longer text as not understood without reading it."""
_UNKNOWN = 0x4E00
"""The first Chinese character: words of rare ones are in no catalogue."""


def make_bombs() -> dict[str, str]:
    """Return the texts by what is bad about them, each of exactly `LONG` characters."""
    made = {**_nested(), **_repeated(), **_listed(), **_unknown()}
    return {name: (text * (LONG // len(text) + 1))[:LONG] for name, text in made.items()}


def _nested() -> dict[str, str]:
    half = LONG // 2 - 10
    return {
        "brackets opened": "（",
        "brackets nested": "（" * half + "会计、法学" + "）" * half,
        "a name in each bracket": "（会计、" * 600 + "法学" + "）" * 600,
        "levels nested": "法学（本科：" * 400 + "法学" + "）" * 400,
        "odd brackets and codes": "[)083109",
        "codes in one bracket": "会计（" + "080901 " * 425 + "会）",
        "codes before a name in a bracket": "会计（" + "代码：0809" * 420 + "会）",
    }


def _repeated() -> dict[str, str]:
    return {
        "不限 again and again": "不限、",
        "不限 among conditions": "不限、具有证书、",
        "除 without 外": "除",
        "除 long": "除" + "甲" * 199,
        "除…之外": " 除：安全防范工程之外",
        "非…方向": "，非会计方向",
        "除外": "，甲除外",
        "exclusions in brackets": "会计（不含审计）",
        "（软件）类": "（软件）类",
        "及其": "及其",
        "和": "和",
        "level marks": "本科、",
        "level marks with tails": "全日制普通高校大学本科生学历学位层次教育毕业生及以上",
        "等相关": "会计等相关专业、",
        "相关 joined": "等相关学科专业类",
        "均为": "以上专业均为",
        "所学专业": "专业学科门类所学专业：",
        "spaces": " ",
    }


def _listed() -> dict[str, str]:
    names = [node.name for node in load_catalogue().nodes]
    return {
        "short words": "食品、化工、生物、电子、工程、技术、管理、",
        "names": "、".join(names),
        "names without a sign": "".join(names),
        "names joined by 和": "和".join(names),
        "names with 类": "、".join(f"{name}类" for name in names),
        "names with 、 inside": "土木、水利与交通工程、",
        "one exclusion of many": "工学（不含" + "、".join(names),
        "names contracted": "、".join(name[:2] + name[-2:] for name in names if len(name) > 5),
        "pairs with a common tail": "、".join(
            f"{one[:2]}和{other}" for one, other in zip(names[::2], names[1::2], strict=False)
        ),
    }


def _unknown() -> dict[str, str]:
    signs = [chr(_UNKNOWN + number) for number in range(1_000)]
    return {
        "unknown words of two": "、".join(sign + "气" for sign in signs),
        "unknown words of three": "、".join(sign + "某学" for sign in signs),
        "unknown long class words": "、".join(f"{sign}某某工程技术与管理科学类" for sign in signs),
    }
