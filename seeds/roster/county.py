"""The families of a synthetic county before anybody spoils their roster.

People are invented; identity numbers carry a county code no county has, so they are nobody's. A holder of working
age, mostly a spouse, one to three children of whom some study, now and then a grandparent.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from seeds.fields import FIELDS
from seeds.invented_numbers import identity_number
from seeds.names import GIVEN, SCHOOLS, SURNAMES
from seeds.places import Home, Places

_MOST = 8
"""Numbers kept for the people of one family."""
_TOWNS = ("城关镇", "东街街道", "北湖镇", "柳林乡", "石桥镇", "新兴街道", "马营镇", "清水乡")
_MINORITY = ("阿依古丽·买买提", "古丽娜·艾合买提", "努尔兰·哈布德", "扎西·次仁", "热依汗·吐尔逊")
_TIERS = ("深度困难", "相对困难", "意外致困")
_CAUSES = ("患重特大疾病", "子女上学", "下岗失业", "无劳动能力", "遭受意外事故", "其他")
_WORK = ("下岗", "失业", "在岗", "灵活就业", "自主经营")


@dataclass
class Person:
    """Somebody of a family; `status` is what the work state means, in the product's own words."""

    name: str
    relation: str
    id_number: str
    born: dt.date
    phone: str = ""
    work: str = ""
    health: str = "健康"
    school: str = ""
    major: str = ""
    entered: str = ""
    leaves: str = ""
    card: str = ""


@dataclass
class Family:
    """A household with what its file says."""

    number: str
    town: str
    home: Home
    tier: str
    income_yuan: int
    cause: str
    filed: dt.date
    is_zero: bool
    unit: str
    people: list[Person] = field(default_factory=list)

    @property
    def holder(self) -> Person:
        """The worker in hardship."""
        return self.people[0]


def make_families(count: int, *, region: str, seed: int, today: dt.date) -> Iterator[Family]:
    """Yield families in the order of their townships."""
    random = Random(f"{seed} roster")  # noqa: S311 - made-up data
    homes = Places(region).homes
    per_town = max(1, -(-count // len(_TOWNS)))
    for index in range(count):
        town = index // per_town
        home = homes[(index // 7) % len(homes)]
        family = Family(
            number=f"0{town + 1:02d}{index + 1:05d}",
            town=_TOWNS[town],
            home=home,
            tier=random.choices(_TIERS, (30, 50, 20))[0],
            income_yuan=random.randrange(6_000, 40_000, 100),
            cause=random.choice(_CAUSES),
            filed=today - dt.timedelta(days=random.randrange(60, 2_000)),
            is_zero=random.random() < 0.1,
            unit=f"{home.name}{random.choice(('纺织厂', '化肥厂', '环卫所', '建筑公司', '供销社'))}",
        )
        family.people = _people(random, index, today)
        yield family


def _people(random: Random, index: int, today: dt.date) -> list[Person]:
    surname = random.choice(SURNAMES)
    first = index * _MOST
    holder = _adult(random, first, surname, "本人", index)
    people = [holder]
    if random.random() < 0.8:
        people.append(_adult(random, first + 1, random.choice(SURNAMES), "配偶", index))
    for child in range(random.choices((1, 2, 3), (55, 35, 10))[0]):
        people.append(_child(random, first + 2 + child, surname, today))
    if random.random() < 0.08:
        born = dt.date(1941, 1, 1)
        number = identity_number(first + 5, born, 3_000)
        people.append(Person(_name(random, surname), "父亲", number, _born(number), work="退休"))
    names = set()
    for person in people:  # two people of one family never bear one name
        while person.name in names:
            person.name = _name(random, surname)
        names.add(person.name)
    return people


def _adult(random: Random, number: int, surname: str, relation: str, index: int) -> Person:
    id_number = identity_number(number, dt.date(1968, 1, 1), 4_000)
    name = random.choice(_MINORITY) if random.random() < 0.02 else _name(random, surname)
    phone = f"199{number % 100_000_000:08d}" if relation == "本人" or index % 3 == 0 else ""
    card = f"62284800{number:011d}" if relation == "本人" else ""
    return Person(
        name, relation, id_number, _born(id_number), phone, random.choice(_WORK), card=card
    )


def _child(random: Random, number: int, surname: str, today: dt.date) -> Person:
    id_number = identity_number(number, dt.date(2003, 1, 1), 1_500)
    person = Person(
        _name(random, surname), random.choice(("儿子", "女儿")), id_number, _born(id_number)
    )
    if random.random() < 0.7:
        level = random.choice(("专科", "本科"))
        subject = random.choice(FIELDS)
        entered = today.year - random.randrange(0, 3)
        person.work, person.school = "在校", random.choice(SCHOOLS[level])
        person.major = random.choice(subject.college if level == "专科" else subject.bachelor)
        person.entered = f"{entered}年9月"
        person.leaves = f"{entered + (3 if level == '专科' else 4)}年6月"
    else:
        person.work = random.choice(("失业", "在岗", "灵活就业"))
    return person


def _born(id_number: str) -> dt.date:
    return dt.date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def _name(random: Random, surname: str) -> str:
    return surname + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))
