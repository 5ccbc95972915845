"""A synthetic city (模拟城市): employers, postings, households and graduates as rows of sheets.

Rules of the generator, all seeded, so that the same seed gives the same rows:

- Places are the counties of one real city, 滨州市 (3716), unless another city or a whole province is
  asked for; people, firms and numbers are invented.
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

from seeds.fields import FIELDS, Field
from seeds.invented_numbers import credit_code, identity_number
from seeds.names import GIVEN, PREFIXES, SCHOOLS, SURNAMES
from seeds.places import DEMO_REGION, Home, Places

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
    county: Home
    holder_name: str
    holder_id: str
    tier: str
    is_zero: bool


class City:
    """The rows of one synthetic city; each method may be called once, in any order.

    Parameters
    ----------
    today : the generator's reference day; graduates leave school in the summer of its year
    region : code of the city or province people live in
    """

    def __init__(
        self, size: CitySize, *, seed: int, today: dt.date, region: str = DEMO_REGION
    ) -> None:
        self.size = size
        self.places = Places(region)
        self.today = today
        self._seed = seed
        self._households = self._make_households(Random(f"{seed} households"))  # noqa: S311 - made-up data

    def _random(self, purpose: str) -> Random:
        """Return a source of its own for each table, so that one table's size changes no other."""
        return Random(f"{self._seed} {purpose}")  # noqa: S311 - made-up data, not a secret

    def _make_households(self, random: Random) -> list[_Household]:
        made = []
        for number in range(self.size.households):
            surname = random.choice(SURNAMES)
            is_zero = random.random() < _ZERO_SHARE
            tiers, weights = ("深度困难", "相对困难", "意外致困", ""), (20, 50, 20, 10)
            made.append(
                _Household(
                    number=f"BZ2026{number + 1:05d}",
                    surname=surname,
                    county=self.places.draw(random),
                    holder_name=_name(random, surname),
                    holder_id=identity_number(number, dt.date(1968, 1, 1), 4_000),
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
            county = self.places.draw(random)
            yield {
                "单位名称": _employer_name(number, field, county.name),
                "统一社会信用代码": credit_code(number),
                "单位性质": random.choices(
                    ("民营企业", "国有企业", "事业单位", "三资企业"), (70, 15, 10, 5)
                )[0],
                "所属行业": field.industry,
                "单位地址": f"{county.full_name}人民路{number + 1}号",
                "所在地": county.full_name,
                "单位简介": f"从事{field.industry}，设有{'、'.join(field.posts[:2])}等岗位。",
                "联系人": _name(random, random.choice(SURNAMES)),
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
        county = firm["所在地"] if random.random() < 0.8 else self.places.draw(random).full_name
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
        for number, household in enumerate(self._households):
            yield {
                "档案编号": household.number,
                "户主姓名": household.holder_name,
                "户主身份证号": household.holder_id,
                "与户主关系": "户主",
                "困难类别": household.tier,
                "是否零就业家庭": "是" if household.is_zero else "否",
                **_family(number, household),
                "家庭住址": household.county.full_name,
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
        surname = household.surname if household else random.choice(SURNAMES)
        county = household.county if household else self.places.draw(random)
        birth = dt.date(self.today.year - {"专科": 22, "本科": 23, "硕士": 26}[level], 1, 1)
        return {
            "姓名": _name(random, surname),
            "身份证号": identity_number(number, birth, 364),
            "手机号": f"199{number + 10_000:08d}",
            "毕业院校": random.choice(SCHOOLS[level]),
            "学号": f"{self.today.year - 4}{number + 1:06d}",
            "学历": level,
            "专业": random.choice(_majors(field, level)),
            "第二专业": random.choice(_majors(_field(random), level))
            if random.random() < 0.125
            else "",
            "毕业日期": f"{self.today.year}-06-30",
            "生源地": county.full_name,
            **_wishes(random, field, county, self.places),
            "证书": random.choice(field.certificates)
            if field.certificates and random.random() < 0.5
            else "",
            "技能特长": _practice(random, field),
            "家庭档案编号": household.number if household else "",
        }


def _family(number: int, household: _Household) -> Row:
    """Return what the sheet says of the holder's and the spouse's work: nobody of a zero-employment family has any."""
    idle, busy = ("失业", "下岗"), ("在岗", "灵活就业", "下岗", "自主经营")
    own = idle[number % 2] if household.is_zero else busy[number % 4]
    spouse = "失业" if household.is_zero or own != "下岗" else "在岗"
    surname = SURNAMES[(number * 7) % len(SURNAMES)]
    given = GIVEN[number % len(GIVEN)] + GIVEN[(number * 3 + 1) % len(GIVEN)]
    return {
        "户主就业状态": own,
        "户主户口性质": "非农业",
        "户主有无劳动能力": "有",
        "致困原因": ("子女上学", "下岗失业", "患重特大疾病")[number % 3],
        "家庭年收入": 9_600 + number % 40 * 500,
        "配偶姓名": surname + given,
        "配偶身份证号": identity_number(100_000 + number, dt.date(1969, 1, 1), 3_600),
        "配偶就业状态": spouse,
        "配偶户口性质": "非农业",
        "配偶有无劳动能力": "有",
    }


def _wishes(random: Random, field: Field, county: Home, around: Places) -> Row:
    wanted = field if random.random() < 0.75 else _field(random)
    near = [home.city_name for home in around.homes if home != county]
    places = [county.city_name]
    places += random.sample(near, min(len(near), random.randint(0, 1)))
    places += random.sample(around.cities, min(len(around.cities), random.randint(0, 1)))
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


def _name(random: Random, surname: str) -> str:
    return surname + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def _employer_name(number: int, field: Field, county: str) -> str:
    prefix = PREFIXES[number % len(PREFIXES)]
    second = PREFIXES[number // len(PREFIXES) % len(PREFIXES)] if number >= len(PREFIXES) else ""
    ending = "" if field.name in ("教育", "医护") else "有限公司"
    return f"{county}{prefix}{second}{field.firms[number % len(field.firms)]}{ending}"
