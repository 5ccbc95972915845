"""Words of household rosters that belong to closed lists: sex, marriage, work, health, relation, causes.

Offices write the same thing in many words, in dialect and with the words of other forms. What has one sure
meaning is read (data/household_words.csv); what has not stays as it is written, and is never bent to the nearest
value.
"""

import re
from functools import lru_cache

from matcher.intake.cells import narrow, said_nothing
from matcher.intake.concepts import read_intake_table
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
_OF_ANOTHER = re.compile(
    "(父亲?|母亲?|双亲|妻子?|丈?夫|配偶|爱人|老伴|儿子|女儿|子女|公公|婆婆|爷爷|奶奶)$"
)
"""Before 病故 these make it somebody else's death."""
_GONE = re.compile(r"已?(去世|死亡|病故|亡故|过世|身故|离世)|已故|殁")
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


@lru_cache(maxsize=8)
def _forms(closed_list: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(row["words"], re.IGNORECASE), row["value"])
        for row in read_intake_table("household_words.csv")
        if row["list"] == closed_list
    )


def _found(closed_list: str, text: str) -> str | None:
    return next((value for form, value in _forms(closed_list) if form.search(text)), None)


def is_holder_word(text: str | None) -> bool:
    """Say whether a relation means the holder (困难职工本人)."""
    return text is not None and _BRACKETS.sub("", narrow(text)).lower() in _HOLDER


@lru_cache(maxsize=20_000)
def plain_relation(text: str) -> str:
    """Return the form's own word for a relation; what is ambiguous (媳妇, 姑娘) stays as written."""
    bare = _BRACKETS.sub("", narrow(text))
    return next((word for form, word in _forms("relation") if form.fullmatch(bare)), text)


@lru_cache(maxsize=20_000)
def work_status_of(text: str) -> WorkStatus:
    """Return what a member does; what has no sure meaning is unknown, and a person asks."""
    return WorkStatus(_found("work", narrow(text)) or WorkStatus.UNKNOWN)


def is_gone(text: str | None) -> bool:
    """Say whether a text says that the person has died (已故、去世)."""
    found = _GONE.search(text) if text else None
    return found is not None and _OF_ANOTHER.search((text or "")[: found.start()]) is None


@lru_cache(maxsize=20_000)
def health_of(text: str) -> HealthState | None:
    """Return the coarse state of health a text means, None if it says none."""
    found = _found("health", narrow(text))
    return HealthState(found) if found else None


@lru_cache(maxsize=5_000)
def causes_of(text: str) -> tuple[HardshipCause, ...]:
    """Return the causes a text names, in its order; what names none of the form's ten is another (其他)."""
    parts = [part for part in re.split(r"[;；、,，/和及\n ]+|\d[.、]", text) if part]
    found = [_found("cause", part) for part in parts]
    named = tuple(dict.fromkeys(HardshipCause(cause) for cause in found if cause is not None))
    return named or (HardshipCause.OTHER,)


@lru_cache(maxsize=5_000)
def housing_of(text: str) -> HousingKind | None:
    """Return the kind of housing a text means."""
    found = _found("housing", text)
    return HousingKind(found) if found else None


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
