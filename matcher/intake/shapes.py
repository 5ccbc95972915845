"""What a value looks like, whatever its column is called.

Shapes are cheap tests on a sample of cells. They confirm a head, find columns without a head, and
notice shifted columns.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from matcher.identity import credit_code_problem, id_number_problem, phone_problem
from matcher.intake.cells import cell_text, narrow, said_nothing
from matcher.intake.grids import CellValue
from matcher.vocabulary.education import read_level
from matcher.vocabulary.regions import load_regions

FAR_FUTURE = dt.date(2100, 1, 1)
"""Shapes only ask for the form of an identity number; judging asks for the day."""

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计"
    "伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房"
    "裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊惠甄曲封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬"
    "全班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘"
    "党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡"
    "步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权"
    "逯盖益桓公付肖闫代岳覃佟仝原苑"
)
_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|[{_HAN}]{{1,8}}[·•.][{_HAN}·•.]{{1,14}}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_DATE = re.compile(
    r"(19|20)\d{2}\s*[-/.年]\s*\d{1,2}(\s*[-/.月]\s*\d{1,2}日?)?月?([T ]?\d{1,2}:.*)?"
    r"|(19|20)\d{2}(0[1-9]|1[0-2])([0-3]\d)?|(19|20)\d{2}[年届级]"
)
_MONTH_DAY = re.compile(r"\d{1,2}[-/月]\d{1,2}日?")
_ID_BROKEN = re.compile(r"\d(\.\d+)?[eE]\+?1[67]|\d{15,18}[Xx]?|\d{6}\*{4,12}[\dXx]{0,4}")
_PAY = re.compile(
    r"[\d.]+\s*(-|~|至)\s*[\d.]+\s*([kK千万]|元).*|[\d.]+\s*[kK千万元].{0,8}|\d{3,6}\s*[-~]\s*\d{3,6}|面议|薪资面议"
)
_SIZE = re.compile(r"(少于|大于)?\s*\d+(\s*[-~]\s*\d+)?\s*人(以上|以下)?")
_COMPANY = re.compile(
    r"公司|集团|厂$|有限|银行|医院|大学$|学院$|中学|小学|研究院|研究所|事务所|委员会|局$|厅$|院$|中心$|政府|合作社|工作室|支行|分行|酒店|商行|门店|店$|法院|检察院|办事处|企业"
)
_SCHOOL = re.compile(r".{1,20}(大学|学院|学校|专科|校区|分校|研究院)([(（].{1,12}[)）])?")
_UNIT_KIND = re.compile(
    r"(民营|私营|国有|国企|央企|外资|合资|外企|上市|股份|集体|事业|机关|政府|创业|个体|非营利|股份制|三资|港澳台|代表处).{0,8}"
)
_BENEFITS = re.compile(
    r"五险|一金|双休|年终奖|带薪|补贴|体检|旅游|奖金|餐补|房补|包吃|包住|培训|弹性"
)
_EXPERIENCE = re.compile(r"经验|\d+\s*[-~]\s*\d+\s*年|\d+\s*年以上|应届|在校|无需|工作经历")
_DEGREE = re.compile(r"(学士|硕士|博士)(学位)?.{0,8}|.*学位.*")
_YES_NO = frozenset(
    {"是", "否", "有", "无", "y", "n", "yes", "no", "true", "false", "√", "×", "符合", "不符合"}
)
_SEX = frozenset({"男", "女", "男性", "女性", "male", "female", "m", "f", "男女不限"})
_MARRIAGE = frozenset({"未婚", "已婚", "离异", "丧偶", "离婚", "初婚", "再婚"})
_ETHNICITY = re.compile(rf"[{_HAN}]{{1,6}}族")
_POLITICAL = re.compile(r"(中共)?(预备)?党员.{0,6}|(共青)?团员|群众|民主党派|无党派.*|积极分子")
_RELATION = re.compile(
    r"(本人|户主|配偶|夫妻?|妻子?|丈夫|长?次?三?[子女]|儿子|女儿|子女|独生子女?|父亲?|母亲?|父母|祖父母?|祖母|外祖父母?|孙子?女?|外孙女?|兄|弟|姐|妹|"
    r"兄弟姐妹|公公|婆婆|岳父|岳母|儿媳|女婿|其他亲属|其他|爷爷|奶奶|哥哥|弟弟|姐姐|妹妹|养[子女]|继[子女])"
)
_TIER = re.compile(r".*(深度|相对|意外|特困|低保|困难|致困|脱困|辅助).*")
_INDUSTRY = re.compile(
    r".*(/|业|互联网|软件|电子|贸易|金融|教育|服务|制造|计算机|通信|房地产|医疗|汽车|建筑|机械|新能源|快速消费).*"
)
_CODE = re.compile(r"[A-Za-z]{0,6}[-_]?\d[\w\-/]{2,29}")
_MAJOR = re.compile(r".*(专业|类|学|工程|技术|管理|会计|设计|语|金融|法律|护理)([(（].*[)）])?.*")
_SIMPLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", _EMAIL),
    ("url", _URL),
    ("date", _DATE),
    ("month_day", _MONTH_DAY),
    ("pay", _PAY),
    ("size", _SIZE),
    ("unit_kind", _UNIT_KIND),
    ("degree", _DEGREE),
    ("ethnicity", _ETHNICITY),
    ("political", _POLITICAL),
    ("relation", _RELATION),
    ("tier", _TIER),
    ("industry", _INDUSTRY),
    ("school", _SCHOOL),
    ("code", _CODE),
    ("major_code", re.compile(r"\d{4,7}[TKHZtkhz]{0,2}\d?")),
    ("hardship_code", re.compile(r"[0-7]|非困难生|.*困难.*|.*残疾.*")),
    ("age", re.compile(r"\d{2}\s*(周?岁).{0,20}|.*周岁.*|.*\d{2}岁.*")),
    (
        "work_form",
        re.compile(
            r"全职|兼职|实习|见习|合同制|劳务派遣|劳务外包|编制.*|.*编|劳动合同.*|正式工?|临时工?|灵活就业"
        ),
    ),
)
_SEARCHED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("company", _COMPANY),
    ("benefits", _BENEFITS),
    ("experience", _EXPERIENCE),
)
_LONG = 40
"""Characters from which a text is a description rather than a name."""


@lru_cache(maxsize=100_000)
def _text_shapes(text: str) -> frozenset[str]:
    text = narrow(text)
    found = {name for name, pattern in _SIMPLE if pattern.fullmatch(text)}
    if len(text) < _LONG * 3:
        found.update(name for name, pattern in _SEARCHED if pattern.search(text))
    if len(text) >= _LONG:
        found.add("long_text")
        return frozenset(found)
    found.update(_word_shapes(text))
    found.update(_number_shapes(text.upper()))
    return frozenset(found)


def _word_shapes(text: str) -> set[str]:
    low, found = text.lower(), set()
    if low in _YES_NO:
        found.add("yes_no")
    if low in _SEX:
        found.add("sex")
    if low in _MARRIAGE:
        found.add("marriage")
    if _NAME.fullmatch(text) and (text[0] in _SURNAMES or "·" in text):
        found.add("name")
    if _MAJOR.fullmatch(text) and "学院" not in text:
        found.add("major")
    if len(text) <= 20 and not text[:1].isdigit() and not _is_school(text) and read_level(text):
        found.add("level")
    if text in {"不限", "学历不限"}:
        found.update({"level", "degree", "major", "experience"})
    if len(text) <= 30 and "company" not in found and _is_place(text):
        found.add("region")
    return found


def _is_school(text: str) -> bool:
    """Say whether a text names a school (甲大学), which holds a word for a level (大学)."""
    return len(text) > 2 and _SCHOOL.fullmatch(text) is not None and "本科" not in text


def _is_place(text: str) -> bool:
    """Say whether a short text is little more than the name of a place."""
    if any(char.isdigit() for char in text[:2]):
        return False
    match = load_regions().find(text)
    return match is not None and len(match.words) * 2 >= min(len(text), 10)


def _number_shapes(text: str) -> set[str]:
    found = set()
    compact = text.replace(" ", "").strip("'")
    if phone_problem(compact) is None:
        found.add("phone")
    if len(compact) in {15, 18} and id_number_problem(compact, FAR_FUTURE) is None:
        found.add("id_number")
    elif _ID_BROKEN.fullmatch(compact):
        found.add("id_broken")
    if len(compact) == 18 and credit_code_problem(compact) != "form" and "id_number" not in found:
        found.add("credit_code")
    number = compact.removesuffix(".0")
    if number.isascii() and number.isdigit() and len(number) <= 4:
        found.add("integer")
    if re.fullmatch(r"-?\d+(\.\d+)?", compact):
        found.add("number")
    return found


def shapes_of(value: CellValue) -> frozenset[str]:
    """Return every shape a value has; empty for an empty cell or for plain words."""
    if isinstance(value, dt.date):
        return frozenset({"date"})
    if isinstance(value, bool):
        return frozenset({"yes_no"})
    if isinstance(value, float) and abs(value) >= 1e15:
        return frozenset({"id_broken", "number"})
    text = cell_text(value)
    if said_nothing(text) and text not in {"无"}:
        return frozenset()
    return _text_shapes(text)


def shape_shares(values: Iterable[CellValue]) -> tuple[dict[str, float], int]:
    """Return which share of the filled values has each shape, and how many were filled.

    Broken identity numbers also count for `id_number`: the column is one, its cells are refused.
    """
    counts: Counter[str] = Counter()
    filled = 0
    for value in values:
        if value is None or said_nothing(cell_text(value)):
            continue
        filled += 1
        found = shapes_of(value)
        counts.update(found)
        if "id_broken" in found and "id_number" not in found:
            counts["id_number"] += 1
    return {name: count / filled for name, count in counts.items()}, filled
