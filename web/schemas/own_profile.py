"""Inputs of a graduate: registering, the own profile with what is wanted, consents."""

import datetime as dt

from pydantic import Field

from matcher.kinds import EducationLevel, Mobility, UnitKind
from web.forms import Form
from web.i18n import msg

_OWN_WORDS = 2_000
_SHORT = 80


class Study(Form):
    """What a graduate has learnt."""

    school: str | None = Field(title=msg("学校"), default=None, max_length=_SHORT)
    education: EducationLevel = Field(title=msg("学历"))
    major_1: str = Field(
        title=msg("专业"), description=msg("按毕业证上的写法，打几个字会列出来"), max_length=_SHORT
    )
    major_2: str | None = Field(
        title=msg("第二专业"), description=msg("辅修或第二学位"), default=None, max_length=_SHORT
    )
    graduates_on: dt.date | None = Field(title=msg("毕业日期"), default=None)
    origin: str | None = Field(
        title=msg("生源地"), description=msg("写到区县"), default=None, max_length=_SHORT
    )


class Registration(Study):
    """A registration on a phone; nothing else is needed to begin."""

    name: str = Field(title=msg("姓名"), max_length=40)
    phone: str = Field(title=msg("手机号"), description=msg("登录用的那个号码"), max_length=20)
    drive: str = Field(title=msg("参加哪个活动"))
    service: bool = Field(title=msg("我同意接受就业服务"), default=False)
    ranking: bool = Field(title=msg("我同意参加岗位排序"), default=False)
    service_text: int
    ranking_text: int


class Wishes(Form):
    """What a graduate wants, each kind in order of preference."""

    sentence: str | None = Field(
        title=msg("用一句话说说想找什么样的工作"),
        description=msg("比如：想在银川或附近做会计、行政，4000以上，最好是国企"),
        default=None,
        max_length=_OWN_WORDS,
    )
    sentence_read: str | None = None
    """The sentence as it was last filled into the fields below it."""
    place_1: str | None = Field(title=msg("第 1 志愿"), default=None, max_length=_SHORT)
    place_2: str | None = Field(title=msg("第 2 志愿"), default=None, max_length=_SHORT)
    place_3: str | None = Field(title=msg("第 3 志愿"), default=None, max_length=_SHORT)
    mobility: Mobility = Field(title=msg("能去多远"), default=Mobility.LISTED)
    occupation_1: str | None = Field(title=msg("第 1 志愿"), default=None, max_length=_SHORT)
    occupation_2: str | None = Field(title=msg("第 2 志愿"), default=None, max_length=_SHORT)
    occupation_3: str | None = Field(title=msg("第 3 志愿"), default=None, max_length=_SHORT)
    industry_1: str | None = Field(title=msg("第 1 志愿"), default=None, max_length=_SHORT)
    industry_2: str | None = Field(title=msg("第 2 志愿"), default=None, max_length=_SHORT)
    industry_3: str | None = Field(title=msg("第 3 志愿"), default=None, max_length=_SHORT)
    wanted_pay_yuan: int | None = Field(
        title=msg("期望月薪（元）"),
        description=msg("低于这个数的岗位会排在后面"),
        default=None,
        ge=1,
    )
    unit_kinds: list[UnitKind] = Field(
        title=msg("想去什么单位"), description=msg("都可以就不选"), default_factory=list
    )
    text: str | None = Field(
        title=msg("还想说什么"),
        description=msg("喜欢做什么、做过什么活，用自己的话写"),
        default=None,
        max_length=_OWN_WORDS,
    )


class Profile(Study, Wishes):
    """The own profile: study, wishes, certificates, own words."""

    certificates: list[str] = Field(title=msg("证书"), default_factory=list, max_length=6)
    about: str | None = Field(
        title=msg("会什么、做过什么"),
        description=msg("技能、实习、作品。写到的词会和岗位的工作内容比对"),
        default=None,
        max_length=_OWN_WORDS,
    )
    version: int | None = None


class OnBehalf(Profile):
    """A record a caseworker enters or changes for somebody; numbers left empty stay as they are."""

    name: str = Field(title=msg("姓名"), max_length=40)
    phone: str | None = Field(title=msg("手机号"), default=None, max_length=20)
    id_number: str | None = Field(title=msg("身份证号"), default=None, max_length=18)
    student_number: str | None = Field(title=msg("学号"), default=None, max_length=40)
    union: int | None = Field(title=msg("所在工会"), default=None)


class ConsentTick(Form):
    """A consent given or withdrawn, with the wording that was shown."""

    text_id: int | None = None
