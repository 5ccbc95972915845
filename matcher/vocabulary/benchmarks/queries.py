"""What people type into the search boxes, made up: names, parts, codes, pinyin, typos, old names, nonsense."""

from collections.abc import Iterable
from random import Random

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.pinyin import sound_of
from matcher.vocabulary.regions import load_regions
from matcher.vocabulary.regions_table import Region, load_rows

_NONSENSE = ["", "学", "工", "x", "0", "6", "qqqq", "学" * 60, "a" * 60, "9999", "·", "！？"]
_OLD_PLACES = ["襄樊", "思茅", "宣武区", "崇文区", "南汇区", "莱芜市", "巢湖市", "510200", "140600"]
"""Names and codes that are no more."""
_OFFICES = ["人力资源和社会保障局", "第一中学", "税务局", "高新技术产业开发区", "某某科技有限公司"]


def major_queries(count: int, seed: int) -> list[str]:
    """Return so many queries for the search box of majors."""
    catalogue = load_catalogue()
    names = [(node.name, node.code) for node in catalogue.nodes]
    names += [(old, "") for _, old in catalogue.successors]
    return _queries(names, _NONSENSE, count, Random(f"{seed} majors"))  # noqa: S311 - made-up data


def occupation_queries(count: int, seed: int) -> list[str]:
    """Return so many queries for the search box of occupations."""
    occupations = load_occupations()
    names = [(one.name, one.code) for one in occupations.list_all()]
    names += [(title, "") for title, _ in occupations.own_titles()]
    return _queries(names, _NONSENSE, count, Random(f"{seed} occupations"))  # noqa: S311 - made-up data


def place_queries(count: int, seed: int) -> list[str]:
    """Return so many queries for the search box of places."""
    names = [(region.name, region.code) for region in load_rows()]
    extra = [*_NONSENSE, *_OLD_PLACES]
    return _queries(names, extra, count, Random(f"{seed} places"))  # noqa: S311 - made-up data


def place_texts(count: int, seed: int) -> list[str]:
    """Return so many texts with a place in them: names of offices, addresses."""
    random = Random(f"{seed} place texts")  # noqa: S311 - made-up data, not a secret
    regions = load_regions()
    chosen = random.choices(load_rows(), k=count)
    return [_place_text(regions.name_of(region.code), region, random) for region in chosen]


def _place_text(full: str, region: Region, random: Random) -> str:
    name = random.choice((full, region.name, *region.short_names[:1]))
    return name + random.choice(("", *_OFFICES))


def _queries(
    names: Iterable[tuple[str, str]], extra: list[str], count: int, random: Random
) -> list[str]:
    every = list(names)
    drawn = [_typed(*random.choice(every), random) for _ in range(max(0, count - len(extra)))]
    return [*extra, *drawn][:count]


def _typed(name: str, code: str, random: Random) -> str:
    """Return a name as somebody types it."""
    at = random.randrange(len(name))
    sound = sound_of(name)
    return random.choice(
        (
            name,
            name[: random.randint(1, len(name))],
            name[at:],
            name[:at] + "会" + name[at + 1 :],
            name[:at] + name[at + 1 :] or name,
            name[::-1],
            code or name,
            (code or name)[:4],
            sound.initials,
            sound.full,
            sound.full[:5],
            name[:1] + sound_of(name[1:]).full,
        )
    )
