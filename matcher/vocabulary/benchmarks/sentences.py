"""Sentences of wishes (意向), made up: as people write them, and as long and odd as nobody does."""

from random import Random

from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions_table import load_rows

_LONG = 2_000
_FORMS = (
    "想在{place}或附近做{job}、{other}，{pay}以上，国企优先",
    "{place}，{job}，{pay}元左右",
    "不想去{place}，{job}或者{other}都行，离家近一点",
    "希望从事{job}工作，地点{place}、{elsewhere}，月薪{pay}-{more}",
    "除了{place}哪里都行，不要{job}，{other}可以，双休五险一金",
    "老家附近的事业单位或国企，{job}",
    "{place}{job} {pay}起，年薪10万以上更好",
    "我学会计的，2026届，想去{place}的银行或者互联网公司做{job}，私企也行，接受加班",
    "{job}/{other}，{place}优先，其次{elsewhere}，省内也可以",
)
_UNITS = (
    "银川",
    "会 计 ",
    "不愿意",
    "做甲乙丙",
    "学会计会",
    "4000-",
    "哪里",
    "大学",
    "非会计不去",
    "除了朝阳",
    "，",
    "一",
    "（",
    "四千五",
)


def sentences(count: int, seed: int) -> list[str]:
    """Return so many sentences, the forms in turn."""
    random = Random(f"{seed} sentences")  # noqa: S311 - made-up data, not a secret
    places = [name for region in load_rows() for name in region.short_names or (region.name,)]
    occupations = load_occupations()
    jobs = [title for title, _ in occupations.own_titles()]
    jobs += [one.name for one in occupations.list_all() if one.is_occupation]
    made = []
    for number in range(count):
        pay = random.randrange(3_000, 15_000, 500)
        made.append(
            _FORMS[number % len(_FORMS)].format(
                place=random.choice(places),
                elsewhere=random.choice(places),
                job=random.choice(jobs),
                other=random.choice(jobs),
                pay=pay,
                more=pay + 2_000,
            )
        )
    return made


def long_sentences() -> dict[str, str]:
    """Return texts of two thousand characters in which one thing is said again and again, by that thing."""
    return {unit: (unit * _LONG)[:_LONG] for unit in _UNITS}
