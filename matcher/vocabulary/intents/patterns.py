"""Shapes of words that no list can hold: pay, how far somebody moves, what somebody learnt, numbers of people."""

import re
from collections.abc import Iterator

from matcher.kinds import Mobility
from matcher.vocabulary.intents.pieces import Piece
from matcher.vocabulary.pay import Pay, read_pay

MOBILITY, PAY, KEPT = "mobility", "pay", "kept"

_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
_NUMERALS = r"[一二两三四五六七八九十]{1,3}"
_UNIT = r"(?:万元|千元|百元|万|千|百|k|w)"
_ONE = (
    rf"(?:¥?\s?{_COUNT}\s?(?:{_UNIT}(?:\d(?!\d))?)?"
    rf"|{_NUMERALS}{_UNIT}[一二两三四五六七八九]?百?|[过上]万)"
)
_CURRENCY = r"(?:块钱|元|块|圆|rmb|人民币)"
_BASIS = r"(?:/|每|一个?)(?:月|年|天|日|小时|时|周)"
_CUE = (
    "税前收入|税后收入|基本工资|综合薪资|期望薪资|期望月薪|月收入|年收入|月薪|月入|月工资|年薪|年包|日薪|时薪|周薪|"
    "薪资|薪酬|薪水|工资|待遇|收入|底薪|起薪|到手|税后|税前|每个?月|一个月|每天|一天|一小时|每年|实习"
)
_BOUND = r"(?:不低于|不少于|不高于|不超过|至少|最低|最少|最高|高于|超过|大于|低于|>=|<=|≥|≤|>|<)"
_TAIL = (
    r"(?:及?以上|及?以下|往上|以内|左右|上下|起步|起|多|来块|出头|之间|打底|保底|[+*]\s?1\d(?!\d)|"
    r"\s?·?\s?1\d薪|\+?加?提成|\+|的?年薪|\(?税[前后]\)?)"
)
_PAY = re.compile(
    rf"(?P<cue>(?:{_CUE})[^\d\n,。;、{_NUMERALS[1:-6]}¥]{{0,4}}?)?(?P<bound>{_BOUND}\s?)?"
    rf"(?<![\d.])(?P<sum>{_ONE})(?P<said>{_CURRENCY}?(?:{_BASIS})?"
    rf"(?:\s?[-~到至]\s?{_ONE}{_CURRENCY}?(?:{_BASIS})?)?{_CURRENCY}?(?:{_BASIS})?{_TAIL}*(?:{_BASIS})?)"
)
_BARE = re.compile(r"\d{4,5}")
_BARE_LEAST, _BARE_MOST = 1_000, 50_000
_YEARS = range(1950, 2040)
"""A bare number of these is a year (2026届), unless words of pay stand beside it."""
_NOT_PAY_AFTER = re.compile(
    r"\s?(?:[\d年月日号人名岁届级个次位%％平公里强度分多]|周岁|小时|薪|[a-z])"
)

_CAN = "(?:都|也|皆|均|全)?(?:可以?|能|行|成|好|愿意|接受|没问题|无所谓|随意)?(?:去|接受|考虑)?"
_MOBILITY = (
    (
        Mobility.LISTED,
        "(?:坚决)?(?:不|别|拒绝|不愿意?|不想|不能|不接受|不考虑|无法|没法)(?:去|接受|考虑|到|跑|想去)?(?:外地|外省|异地|太远|很远|远的?地方|跑?远)(?:的地方|工作|就业)?"
        "|不?想?离家(?:不要|别|不能|不)?太?(?:近|远)(?:一?点|一些|些)?的?|离家近(?:一?点|一些|些)?|就近就业|就近|家门口(?:就业|上班)?|(?:不|别)?离(?:开)?父母(?:太远|近)|父母在?身边",
    ),
    (
        Mobility.PROVINCE,
        "(?:不想|不愿意?|不)出(?:本)?省|(?:全|本)省(?:范围)?(?:内)?|省内|区内|全区范围",
    ),
    (
        Mobility.ANYWHERE,
        f"(?:去)?(?:哪里|哪儿|哪个城市|哪个地方|什么地方|任何地方|哪){_CAN[:-12]}(?:去|接受|考虑|行)?(?:都行|都可以)?"
        "|(?:服从|听从|接受)(?:学校|组织|单位|国家|公司)?的?(?:分配|安排|调剂|调配)"
        "|(?:工作)?(?:地点|地区|城市|地方|区域|地域|位置)(?:上)?(?:都?(?:随意|不限|无所谓|没要求|无要求|都行|都?可以?调剂|不挑|都可以?|服从安排))"
        "|不(?:限|挑|限定)(?:工作)?(?:地方|城市|地点|地区|地域|区域)|不挑(?:地方|城市|地点|地区)|四海为家|全国(?:各地|范围(?:内)?)?(?:都|均|皆)?(?:不限|可以?|行|能去|能|去|接受)*"
        "|(?:可以?|能|愿意?|愿意接受|也?能)?(?:接受|去|到)?(?:外派|外地|异地|外省)(?:工作)?(?:也|都)?(?:可以?|能|行|愿意)?(?:接受|去)?"
        "|其[他它]地方(?:都|也)?(?:可以|行|能去|可)|别的地方(?:都|也)?(?:可以|行|能去|可)",
    ),
)
_MOVES = [(mobility, re.compile(pattern)) for mobility, pattern in _MOBILITY]
PROVINCE_WIDE = re.compile(r"(?:全省|全区|省|区|境|本省)?内|全省|全区|本省")
"""Behind the name of a province: anywhere in it."""

_STUDY = re.compile(
    r"(?:学(?!徒|员|霸|前|历|生|点|东西)的?是?|学习|毕业于|就读于|读的?是?)(?!东西|校|历|生|点|到)[^,。;!?\s、做想找]{1,12}?(?:专业|的|毕业)*(?=[,。;!?\s做想找]|$)"
    r"|[\u4e00-\u9fff]{2,12}?(?:专业|系)的?(?:毕业生?|应届生?|学生|本科生?|专科生?|大专)?(?=[,。;!?\s:想希找我]|$)"
    r"|[\u4e00-\u9fff]{2,8}?专业毕业"
    r"|[\u4e00-\u9fff]{2,8}?(?:大学|学院)(?=毕业|的学生|学生|[^,。;]{0,12}专业)"
    r"|[\u4e00-\u9fff]{1,6}?证(?:书)?(?:已考|已有|有了|在考|已过|考了)"
)
_STUDY_NOT = re.compile("想|做|当|从事|找|应聘|去|在|不限|对口|相关|非")
_PERSON_NUMBERS = re.compile(
    r"(?<!\d)(?:\+86[- ]?)?1[3-9]\d{9}(?!\d)|\d{2,4}[届级]|\d{1,2}岁|\d+年(?:工作)?经验|\d{17}[\dx]"
)


def pay_pieces(text: str) -> Iterator[tuple[Piece, Pay]]:
    """Yield the stretches that say an amount of pay, with what they say."""
    at = 0
    while match := _PAY.search(text, at):
        at = match.end()
        if _is_no_pay(text, match):
            continue
        pay = read_pay(match[0])
        if pay is not None and not pay.negotiable:
            yield Piece(match.start(), match.end(), PAY), pay


def _is_no_pay(text: str, match: re.Match[str]) -> bool:
    """Whether a number that stands alone is a year, a phone, a count, or too small to be a month's pay."""
    number = match["sum"].strip()
    if match.start("sum") and text[match.start("sum") - 1].isdigit():
        return True
    if _NOT_PAY_AFTER.match(text, match.end()) and not match["said"]:
        return True
    if match["cue"] or match["bound"] or match["said"] or not number[-1].isdigit():
        return False
    if not _BARE.fullmatch(number):
        return any(c.isalpha() for c in number) is False and "," not in number
    return not _BARE_LEAST <= int(number) <= _BARE_MOST or int(number) in _YEARS


def mobility_pieces(text: str) -> Iterator[Piece]:
    """Yield the stretches that say how far somebody will move."""
    for mobility, pattern in _MOVES:
        for match in pattern.finditer(text):
            if match.end() - match.start() > 1:
                yield Piece(match.start(), match.end(), MOBILITY, (mobility.value,))


def study_pieces(text: str) -> Iterator[Piece]:
    """Yield what was learnt and where, which is no wish (会计学专业毕业), and numbers of the person."""
    for match in _STUDY.finditer(text):
        if not _STUDY_NOT.search(match[0]):
            yield Piece(match.start(), match.end(), KEPT)
    for match in _PERSON_NUMBERS.finditer(text):
        yield Piece(match.start(), match.end(), KEPT)
