"""A synthetic city (模拟城市): employers, postings, households and graduates as rows of sheets.

Rules of the generator, all seeded, so that the same seed gives the same rows:

- Places are the counties of one real city, 滨州市 (3716); people, firms and numbers are invented.
  Identity numbers carry the county code 371699, which no county has, so they are nobody's;
  phones begin with 199 0000.
- Twelve fields of work (`fields.py`) give majors, posts and wishes that belong together; a graduate
  belongs to one field and wants a post of it in three cases of four.
- Levels: 45 % 专科, 45 % 本科, 10 % 硕士. One in eight graduates has a second major.
- Households: about one in eleven has two graduates; 12 % are zero-employment (零就业), the rest carry
  tiers 深度 20 %, 相对 50 %, 意外 20 %, none 10 %.
- Wishes: one to three places, the home county first; half stay in the places they name, three in ten
  anywhere in the province, two in ten anywhere. Pay wished lies around the field's pay.
- Postings: 1 to 6 seats; three in ten postings keep one or two seats reserved, mostly for
  hardship households, one in three of those for zero-employment ones.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from matcher.identity import id_check_digit
from seeds.fields import FIELDS, Field

COUNTIES = (
    ("371602", "滨城区", 30),
    ("371603", "沾化区", 10),
    ("371681", "邹平市", 20),
    ("371625", "博兴县", 14),
    ("371621", "惠民县", 12),
    ("371622", "阳信县", 8),
    ("371623", "无棣县", 8),
)
CITY = "滨州市"
_NOBODYS_COUNTY = "371699"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬宇浩然梓涵雨欣佳怡思远子轩一"
    "诺晨曦博文诗琪俊凯嘉豪雅婷志远晓东海燕春梅秋月冬雪建国文静新宇天佑若溪可馨"
)
_PREFIXES = (
    "渤海",
    "黄河",
    "鲁北",
    "蓝色湾",
    "新河",
    "东方",
    "恒信",
    "瑞丰",
    "众诚",
    "海晟",
    "宏业",
    "启航",
    "润泽",
    "德信",
    "泰和",
    "金桥",
    "天宇",
    "华辰",
    "正元",
    "长河",
)
_SCHOOLS = {
    "专科": ("滨州职业学院", "山东科技职业学院", "淄博职业学院", "山东商业职业技术学院"),
    "本科": (
        "滨州学院",
        "山东理工大学",
        "德州学院",
        "聊城大学",
        "青岛大学",
        "济南大学",
        "鲁东大学",
    ),
    "硕士": ("山东大学", "山东理工大学", "青岛科技大学"),
}
_PROVINCE_CITIES = ("济南市", "青岛市", "淄博市", "东营市", "潍坊市", "德州市")
_ZERO_SHARE = 0.12

Row = dict[str, object]


@dataclass(frozen=True)
class CitySize:
    """How much to generate; the defaults are those of the demo."""

    employers: int = 40
    postings: int = 300
    graduates: int = 1_200
    households: int = 1_100


@dataclass(frozen=True)
class _Household:
    number: str
    surname: str
    county: tuple[str, str, int]
    holder_name: str
    holder_id: str
    tier: str
    is_zero: bool


class City:
    """The rows of one synthetic city; each method may be called once, in any order.

    Parameters
    ----------
    today : the generator's reference day; graduates leave school in the summer of its year
    """

    def __init__(self, size: CitySize, *, seed: int, today: dt.date) -> None:
        self.size = size
        self.today = today
        self._seed = seed
        self._households = self._make_households(Random(f"{seed} households"))  # noqa: S311 - made-up data

    def _random(self, purpose: str) -> Random:
        """Return a source of its own for each table, so that one table's size changes no other."""
        return Random(f"{self._seed} {purpose}")  # noqa: S311 - made-up data, not a secret

    def _make_households(self, random: Random) -> list[_Household]:
        made = []
        for number in range(self.size.households):
            surname = random.choice(_SURNAMES)
            is_zero = random.random() < _ZERO_SHARE
            tiers, weights = ("深度困难", "相对困难", "意外致困", ""), (20, 50, 20, 10)
            made.append(
                _Household(
                    number=f"BZ2026{number + 1:05d}",
                    surname=surname,
                    county=_county(random),
                    holder_name=_name(random, surname),
                    holder_id=_identity_number(number, dt.date(1968, 1, 1), 4_000),
                    tier=random.choices(tiers, weights)[0],
                    is_zero=is_zero,
                )
            )
        return made

    def employers(self) -> Iterator[Row]:
        """Yield rows of the employers' sheet (单位表)."""
        random = self._random("employers")
        for number in range(self.size.employers):
            field = FIELDS[number % len(FIELDS)] if number < len(FIELDS) else _field(random)
            county = _county(random)
            yield {
                "单位名称": _employer_name(number, field, county[1]),
                "统一社会信用代码": _credit_code(number),
                "单位性质": random.choices(
                    ("民营企业", "国有企业", "事业单位", "三资企业"), (70, 15, 10, 5)
                )[0],
                "所属行业": field.industry,
                "所在地": f"山东省{CITY}{county[1]}",
                "联系人": _name(random, random.choice(_SURNAMES)),
                "联系电话": f"1990000{8000 + number % 2000:04d}",
            }

    def postings(self) -> Iterator[Row]:
        """Yield rows of the postings' sheet (岗位表); employers are those of `employers`."""
        firms = list(self.employers())
        random = self._random("postings")
        for number in range(self.size.postings):
            index = number % len(firms) if number < len(firms) else random.randrange(len(firms))
            field = next(f for f in FIELDS if f.industry == firms[index]["所属行业"])
            yield self._posting(random, number, firms[index], field)

    def _posting(self, random: Random, number: int, firm: Row, field: Field) -> Row:
        low = round(field.pay[0] * random.uniform(0.9, 1.15), -2)
        seats = random.choices((1, 2, 3, 4, 6), (35, 30, 18, 10, 7))[0]
        reserved = random.randint(1, min(2, seats)) if random.random() < 0.3 else 0
        for_zero = reserved if reserved and random.random() < 0.34 else 0
        county = firm["所在地"] if random.random() < 0.8 else f"山东省{CITY}{_county(random)[1]}"
        education = random.choices(
            ("大专及以上", "本科及以上", "不限", "硕士研究生及以上"), (48, 38, 9, 5)
        )[0]
        return {
            "岗位编号": f"GW{number + 1:05d}",
            "单位名称": firm["单位名称"],
            "岗位名称": random.choice(field.posts),
            "招聘人数": seats,
            "学历要求": education,
            "专业要求": random.choice(field.requirement),
            "工作内容": "；".join(random.sample(field.duties, min(2, len(field.duties)))) + "。",
            "招聘条件": random.choice(("身体健康，责任心强", "能吃苦，善沟通", "服从工作安排", "")),
            "月薪": f"{low:.0f}-{low + random.choice((800, 1200, 1500, 2000)):.0f}元/月",
            "工作地点": county,
            "截止日期": (self.today + dt.timedelta(days=random.randint(30, 120))).isoformat(),
            "证书要求": random.choice(field.certificates)
            if field.certificates and random.random() < 0.2
            else "",
            "预留困难职工家庭": reserved - for_zero,
            "预留零就业家庭": for_zero,
        }

    def households(self) -> Iterator[Row]:
        """Yield rows of the households' sheet (困难职工家庭名册), one a household with its holder."""
        for household in self._households:
            yield {
                "档案编号": household.number,
                "户主姓名": household.holder_name,
                "户主身份证号": household.holder_id,
                "与户主关系": "户主",
                "困难类别": household.tier,
                "是否零就业家庭": "是" if household.is_zero else "否",
                "家庭住址": f"山东省{CITY}{household.county[1]}",
                "建档日期": self.today.replace(month=3, day=1).isoformat(),
            }

    def graduates(self) -> Iterator[Row]:
        """Yield rows of the graduates' roster (毕业生名册)."""
        random = self._random("graduates")
        for number in range(self.size.graduates):
            yield self._graduate(random, number)

    def _graduate(self, random: Random, number: int) -> Row:
        count = len(self._households)
        household = self._households[number % count] if count else None
        field = _field(random)
        level = random.choices(("专科", "本科", "硕士"), (45, 45, 10))[0]
        surname = household.surname if household else random.choice(_SURNAMES)
        county = household.county if household else _county(random)
        birth = dt.date(self.today.year - {"专科": 22, "本科": 23, "硕士": 26}[level], 1, 1)
        return {
            "姓名": _name(random, surname),
            "身份证号": _identity_number(number, birth, 364),
            "手机号": f"199{number + 10_000:08d}",
            "毕业院校": random.choice(_SCHOOLS[level]),
            "学号": f"{self.today.year - 4}{number + 1:06d}",
            "学历": level,
            "专业": random.choice(_majors(field, level)),
            "第二专业": random.choice(_majors(_field(random), level))
            if random.random() < 0.125
            else "",
            "毕业日期": f"{self.today.year}-06-30",
            "生源地": f"山东省{CITY}{county[1]}",
            **_wishes(random, field, county[1]),
            "证书": random.choice(field.certificates)
            if field.certificates and random.random() < 0.5
            else "",
            "技能特长": _practice(random, field),
            "家庭档案编号": household.number if household else "",
        }


def _wishes(random: Random, field: Field, county: str) -> Row:
    wanted = field if random.random() < 0.75 else _field(random)
    places = [f"{CITY}{county}"]
    places += random.sample(
        [f"{CITY}{name}" for _, name, _ in COUNTIES if name != county], random.randint(0, 1)
    )
    places += random.sample(_PROVINCE_CITIES, random.randint(0, 1))
    posts = random.sample(wanted.posts, min(len(wanted.posts), random.randint(1, 3)))
    return {
        "意向地区": "、".join(places),
        "意向职业": "、".join(posts),
        "意向行业": wanted.industry if random.random() < 0.5 else "",
        "期望月薪": round(wanted.pay[0] * random.uniform(0.85, 1.2), -2),
        "意向单位性质": random.choice(("", "民营企业", "国有企业", "事业单位")),
        "异地就业意愿": random.choices(("只去所填地区", "本省都可以", "全国都可以"), (50, 30, 20))[
            0
        ],
    }


def _practice(random: Random, field: Field) -> str:
    seen = random.sample(field.duties, min(2, len(field.duties)))
    return f"在{random.choice(field.posts)}岗位实习，做过{seen[0]}，了解{seen[-1]}。"


def _majors(field: Field, level: str) -> tuple[str, ...]:
    return {"专科": field.college, "本科": field.bachelor, "硕士": field.graduate}[level]


def _field(random: Random) -> Field:
    return random.choices(FIELDS, [field.weight for field in FIELDS])[0]


def _county(random: Random) -> tuple[str, str, int]:
    return random.choices(COUNTIES, [weight for _, _, weight in COUNTIES])[0]


def _name(random: Random, surname: str) -> str:
    return surname + "".join(random.sample(_GIVEN, random.choice((1, 2, 2))))


def _employer_name(number: int, field: Field, county: str) -> str:
    prefix = _PREFIXES[number % len(_PREFIXES)]
    second = (
        _PREFIXES[number // len(_PREFIXES) % len(_PREFIXES)] if number >= len(_PREFIXES) else ""
    )
    ending = "" if field.name in ("教育", "医护") else "有限公司"
    return f"{county}{prefix}{second}{field.firms[number % len(field.firms)]}{ending}"


def _identity_number(number: int, earliest: dt.date, days: int) -> str:
    """Return a number with a valid check digit that belongs to nobody (county 371699).

    No two of the first 1000 × `days` are equal.
    """
    block, last = divmod(number, 1000)
    born = earliest + dt.timedelta(days=(block + last * 37) % (days + 1))
    first_17 = f"{_NOBODYS_COUNTY}{born:%Y%m%d}{number % 1000:03d}"
    return first_17 + id_check_digit(first_17)


_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _credit_code(number: int) -> str:
    """Return a well-formed credit code of a district that does not exist."""
    first_17 = f"91371699MA{number:07d}"
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first_17))
    return first_17 + _CREDIT_ALPHABET[-total % 31]
