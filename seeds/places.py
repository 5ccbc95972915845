"""Where the synthetic city lies: the counties people live in, and other cities they would go to."""

from dataclasses import dataclass
from random import Random

from matcher.errors import NotFoundError
from matcher.vocabulary.regions import Region, load_regions

_WEIGHTS = {
    "371602": 30,
    "371603": 10,
    "371681": 20,
    "371625": 14,
    "371621": 12,
    "371622": 8,
    "371623": 8,
}
"""Shares of the counties of the demo's city, 滨州市; other places count alike."""

DEMO_REGION = "371600"


@dataclass(frozen=True)
class Home:
    """A county: `full_name` with province and city, `city_name` with its city alone."""

    code: str
    name: str
    city_name: str
    full_name: str
    weight: int


class Places:
    """The counties of a city or of a whole province, and the cities of that province.

    Parameters
    ----------
    region : six digits of a city or province

    Raises
    ------
    NotFoundError
        No such city or province.
    """

    def __init__(self, region: str = DEMO_REGION) -> None:
        regions = load_regions()
        chosen = regions.get(region)
        if chosen is None or not regions.list_regions(region):
            raise NotFoundError("region_unknown", f"没有代码为 {region} 的省或市。")
        cities = [chosen] if chosen.parent is not None else regions.list_regions(region)
        self.homes = tuple(
            _home(county, city)
            for city in cities
            for county in regions.list_regions(city.code) or [city]
        )
        province = regions.province_of(region) or region
        self.cities = tuple(city.name for city in regions.list_regions(province))

    def draw(self, random: Random) -> Home:
        """Draw a county by weight."""
        return random.choices(self.homes, [home.weight for home in self.homes])[0]


def _home(county: Region, city: Region) -> Home:
    regions = load_regions()
    province = regions.name_of(regions.province_of(county.code) or county.code)
    own = "" if county.code == city.code else county.name
    return Home(
        county.code,
        county.name,
        f"{city.name}{own}",
        f"{province}{city.name}{own}",
        _WEIGHTS.get(county.code, 10),
    )
