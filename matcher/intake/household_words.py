"""Words of household rosters that belong to closed lists: sex, marriage, work, health, relation, causes.

Offices write the same thing in many words, in dialect and with the words of other forms. What has one sure
meaning is read; what has not stays as it is written, and is never bent to the nearest value.
"""

import re
from functools import lru_cache

from matcher.intake.cells import narrow, said_nothing
from matcher.intake.problems import Flaw, Reading
from matcher.kinds.households import (
    HardshipCause,
    HealthState,
    HousingKind,
    HukouKind,
    MaritalStatus,
    Sex,
    WorkStatus,
)

_BRACKETS = re.compile(r"[()（）\[\]【】/、,，\s]+")
_HOLDER = frozenset(
    {"本人", "户主", "职工", "职工本人", "困难职工", "困难职工本人", "申请人", "申请人本人", "建档人", "建档职工"}
    | {"户主本人", "本人户主", "户主职工", "本人职工", "困难职工户主", "户主困难职工", "家长本人"}
    | {"建档职工本人", "申请职工", "主申请人", "持卡人", "0", "00", "01", "02", "户主01", "self", "head"}
)  # fmt: skip
"""01 本人 and 02 户主 are the codes of GB/T 4761."""
_RELATIONS: tuple[tuple[str, str], ...] = (
    ("配偶", r"配偶|夫妻|妻|丈夫|夫|妻子|老婆|老公|爱人|老伴|内人|太太|先生|对象|婆娘|婆姨|堂客|当家的|屋里人|屋里的|孩子他?[妈爸]|娃他?[妈爸]|夫妇|1\d|spouse|wife|husband"),
    ("儿子", r"[长次幼小大二三四老么幺独]?子|(大|二|三|小|老|独生)?儿子?|(大|二|三|小)?(崽|崽崽|仔|娃子)|男孩|幺儿|犬子|独生子|养子|继子|2\d|son"),
    ("女儿", r"[长次幼小大二三四老么幺独]?女|(大|二|三|小|老|独生)?女儿|(大|二|三|小)?(丫头|闺女|囡|囡囡|妮|妮子|妹仔|女娃)|女孩|幺女|千金|独生女|养女|继女|3\d|daughter"),
    ("子女", r"子女|孩子|小孩|娃|娃娃|娃儿|伢|伢子|细伢子|儿女|独生子女|在校子女|child"),
    ("父亲", r"父亲?|爸爸?|爹|大大|老汉儿?|老爸|老爹|阿爸|father"),
    ("母亲", r"母亲?|妈妈?|娘|老妈|老娘|阿妈|姆妈|mother"),
    ("父母", r"父母|双亲|爹娘"),
    ("岳父", r"岳父|老丈人|丈人|丈爹"),
    ("岳母", r"岳母|丈母娘?|丈母"),
    ("公公", r"公公|家公"),
    ("婆婆", r"婆婆|家婆"),
    ("祖父", r"祖父|爷爷"),
    ("祖母", r"祖母|奶奶"),
    ("孙子", r"孙|孙子|长孙"),
    ("孙女", r"孙女"),
    ("儿媳", r"儿媳妇?"),
    ("女婿", r"女婿|姑爷"),
    ("兄弟姐妹", r"兄|弟|姐|妹|哥哥?|弟弟|姐姐|妹妹|兄弟|姐妹|姊妹|兄弟姐妹|胞[兄弟姐妹]"),
)  # fmt: skip
_RELATION_FORMS = tuple((word, re.compile(form, re.IGNORECASE)) for word, form in _RELATIONS)
_WORK: tuple[tuple[str, WorkStatus], ...] = (
    (r"(?<!未)(?<!不)退休|离休|领取养老金|退养金", WorkStatus.RETIRED),
    (r"内退|内养|离岗退养", WorkStatus.INTERNAL_RETIREMENT),
    (r"现役|服兵役|服役|军人(?!家属)|当兵|义务兵|入伍", WorkStatus.SERVICE),
    (r"学龄前|幼儿|婴儿|未成年|未入学|幼儿园|儿童", WorkStatus.CHILD),
    (r"^(?!.*(毕业|辍学|已离校|休学在家)).*(在校|在读|上学|就读|读书|学生|大[一二三四]|高[一二三]|初[一二三]|研[一二三]|念书|本科生|研究生|大学生|中学生|小学生|中专生)", WorkStatus.STUDENT),
    (r"病休|病假|长病|因病在家|医疗期", WorkStatus.SICK_LEAVE),
    (r"个体|自主经营|自营|经商|开店|摆摊|自主创业|创业(?!培训)", WorkStatus.SELF_EMPLOYED),
    (r"灵活|打零工|零工|散工|临时工|短工|钟点工|跑[车腿]|外卖|骑手|网约车|务农|种地|帮工|公益性?岗位?|季节工|做小工", WorkStatus.FLEXIBLE),
    (r"下岗|待岗|买断|协解|解除劳动", WorkStatus.LAID_OFF),
    (r"失业|无业|待业|未就业|无工作|没有工作|没工作|无固定职业|无职业|在家|家务|求职|未工作|丧失劳动|无劳动能力|失地", WorkStatus.UNEMPLOYED),
    (r"^(?!.*(未|不|非|无|没)).*(在岗|在职|就业|工作|上班|务工|打工|职工|工人|干部|教师|员工|公务员|合同工|劳务派遣)", WorkStatus.EMPLOYED),
)  # fmt: skip
_WORK_FORMS = tuple((re.compile(form), status) for form, status in _WORK)
_GONE = re.compile(r"已?(去世|死亡|病故|亡故|过世|身故|离世)|已故|殁")
_HEALTH: tuple[tuple[str, HealthState], ...] = (
    (r"残疾|残$|[一二三四1-4]级(肢体|视力|听力|智力|精神|言语)|(肢体|视力|听力|智力|精神|言语|多重)(残疾|[一二三四1-4]级)|聋哑|失明", HealthState.DISABLED),
    (r"重大|重病|大病|癌|恶性|肿瘤|尿毒症|透析|白血病|肾衰|移植|瘫痪|偏瘫|脑梗|脑溢血|脑出血|心梗|中风|重度|再生障碍|红斑狼疮|肝硬化|精神分裂", HealthState.MAJOR_ILLNESS),
    (r"^(健康|良好|好|一般|正常|较好|健康或良好|身体健康|健康良好|一般或较弱|无疾病|无病|无残疾|无|1)$", HealthState.GOOD),
    (r"慢性?病|疾病|患病|有病|体弱|糖尿病|高血压|心脏病|病|术后|炎$|结石|骨折|较差|差$", HealthState.ORDINARY_ILLNESS),
)  # fmt: skip
_HEALTH_FORMS = tuple((re.compile(form), state) for form, state in _HEALTH)
_CAUSES: tuple[tuple[str, HardshipCause], ...] = (
    (r"(?<!有)(无|没有|丧失|缺乏|失去)(劳动)?(能力|力)|无劳力", HardshipCause.NO_ABILITY),
    (r"有劳动能力.*未就业|未就业|零就业|就业困难", HardshipCause.ABLE_NOT_EMPLOYED),
    (r"下岗|失业|待岗|停产|破产|停工", HardshipCause.LAID_OFF),
    (r"未参(加)?(社会)?保|没有?社保|无社保", HardshipCause.UNINSURED),
    (r"社保待遇|待遇.*(未|不)|欠薪|拖欠", HardshipCause.BENEFITS_UNPAID),
    (r"上学|就学|助学|子女教育|读书|学费|因学", HardshipCause.SCHOOLING),
    (r"病|癌|残疾|残$|手术|因病|透析", HardshipCause.MAJOR_ILLNESS),
    (r"灾(?!难性医疗)|洪|地震|火$|干旱", HardshipCause.DISASTER),
    (r"意外|事故|车祸|工伤|突发", HardshipCause.ACCIDENT),
    (r"^(其他|其它|收入低|低收入|单亲|离异|丧偶)", HardshipCause.OTHER),
)  # fmt: skip
_CAUSE_FORMS = tuple((re.compile(form), cause) for form, cause in _CAUSES)
_HOUSING: tuple[tuple[str, HousingKind], ...] = (
    ("自建|自盖|平房|农村房|宅基地", HousingKind.SELF_BUILT),
    ("经适|经济适用", HousingKind.AFFORDABLE),
    ("两限|限价", HousingKind.PRICE_CAPPED),
    ("公房|单位房|房改|职工宿舍|集体宿舍", HousingKind.WORK_UNIT),
    ("廉租|公租|公共租赁|保障房", HousingKind.LOW_RENT),
    ("租", HousingKind.RENTED),
    ("商品|自有|自购|按揭|购房", HousingKind.COMMERCIAL),
    ("其他|其它|借住|寄居|无房", HousingKind.OTHER),
)
_MARITAL = {
    "未婚": MaritalStatus.SINGLE, "单身": MaritalStatus.SINGLE, "已婚": MaritalStatus.MARRIED,
    "初婚": MaritalStatus.MARRIED, "再婚": MaritalStatus.MARRIED, "复婚": MaritalStatus.MARRIED,
    "有配偶": MaritalStatus.MARRIED, "离异": MaritalStatus.DIVORCED, "离婚": MaritalStatus.DIVORCED,
    "丧偶": MaritalStatus.WIDOWED, "丧妻": MaritalStatus.WIDOWED, "丧夫": MaritalStatus.WIDOWED,
    "寡居": MaritalStatus.WIDOWED, "10": MaritalStatus.SINGLE, "20": MaritalStatus.MARRIED,
    "21": MaritalStatus.MARRIED, "22": MaritalStatus.MARRIED, "23": MaritalStatus.MARRIED,
    "30": MaritalStatus.WIDOWED, "40": MaritalStatus.DIVORCED,
}  # fmt: skip
"""Words, and the codes of GB/T 2261.2."""


def is_holder_word(text: str | None) -> bool:
    """Say whether a relation means the holder (困难职工本人)."""
    return text is not None and _BRACKETS.sub("", narrow(text)).lower() in _HOLDER


@lru_cache(maxsize=20_000)
def plain_relation(text: str) -> str:
    """Return the form's own word for a relation; what is ambiguous (媳妇, 姑娘) stays as written."""
    bare = _BRACKETS.sub("", narrow(text))
    return next((word for word, form in _RELATION_FORMS if form.fullmatch(bare)), text)


@lru_cache(maxsize=20_000)
def work_status_of(text: str) -> WorkStatus:
    """Return what a member does; what has no sure meaning is unknown, and a person asks."""
    text = narrow(text)
    return next((status for form, status in _WORK_FORMS if form.search(text)), WorkStatus.UNKNOWN)


def is_gone(text: str | None) -> bool:
    """Say whether a text says that the person has died (已故、去世)."""
    return text is not None and _GONE.search(text) is not None


@lru_cache(maxsize=20_000)
def health_of(text: str) -> HealthState | None:
    """Return the coarse state of health a text means, None if it says none."""
    text = narrow(text)
    return next((state for form, state in _HEALTH_FORMS if form.search(text)), None)


@lru_cache(maxsize=5_000)
def causes_of(text: str) -> tuple[HardshipCause, ...]:
    """Return the causes a text names, in its order; what names none of the form's ten is another (其他)."""
    parts = [part for part in re.split(r"[;；、,，/和及\n ]+|\d[.、]", text) if part]
    found = [next((c for form, c in _CAUSE_FORMS if form.search(p)), None) for p in parts]
    named = tuple(dict.fromkeys(cause for cause in found if cause is not None))
    return named or (HardshipCause.OTHER,)


@lru_cache(maxsize=5_000)
def housing_of(text: str) -> HousingKind | None:
    """Return the kind of housing a text means."""
    return next((kind for words, kind in _HOUSING if re.search(words, text)), None)


@lru_cache(maxsize=1_000)
def marital_of(text: str) -> MaritalStatus | None:
    """Return the marital status a word or code means."""
    return _MARITAL.get(narrow(text).strip().removesuffix(".0"))


@lru_cache(maxsize=1_000)
def hukou_of(text: str) -> HukouKind | None:
    """Return the kind of registered residence (户口类型)."""
    if re.search("农转居|农转非|转居", text):
        return HukouKind.CONVERTED
    if re.search("非农|城镇|城市|居民户|非农业|市民", text):
        return HukouKind.URBAN
    return HukouKind.RURAL if re.search("农", text) else None


@lru_cache(maxsize=1_000)
def sex_of(text: str) -> Sex | None:
    """Return the sex a word or code (GB/T 2261.1) means."""
    text = narrow(text).strip().lower().removesuffix(".0").removesuffix("性")
    return {"男": Sex.MALE, "1": Sex.MALE, "m": Sex.MALE, "male": Sex.MALE,
            "女": Sex.FEMALE, "2": Sex.FEMALE, "f": Sex.FEMALE, "female": Sex.FEMALE}.get(text)  # fmt: skip


def sex_of_number(id_number: str) -> Sex:
    """Return the sex the seventeenth digit of an identity number says."""
    return Sex.MALE if int(id_number[16]) % 2 else Sex.FEMALE


@lru_cache(maxsize=5_000)
def read_said(text: str) -> Reading[bool]:
    """Read 有/无, 能/不能, 愿意/不愿意 beside 是/否; a date or a number of a certificate means yes."""
    text = narrow(text).strip()
    if said_nothing(text) and text != "无":
        return Reading(None)
    if re.search(r"^(否|无|没|未|不|非|0$|n|×|x$|丧失|完全丧失)", text, re.IGNORECASE):
        return Reading(False)
    if re.search(
        r"^(是|有|能|可|愿|已|1$|y|√|✓|✔|☑|具备|具有|部分|全部|正常)|\d{4}", text, re.IGNORECASE
    ):
        return Reading(True)
    return Reading(None, Flaw("warn", "yes_no_unreadable", "读不出是或否", "请填“是”或“否”"))
