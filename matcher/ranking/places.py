"""Places (地区): six-digit region codes reduced to what ranking compares: city and province.

A county (县) counts as its city (地级市). Each municipality (直辖市) is one city as a whole. Counties
directly under a province (省直辖县, codes pp90xx) are cities of their own: Jiyuan 济源 is near no other
such county merely because both start with 4190.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LISTED, PROVINCE, ANYWHERE = 0, 1, 2
"""Values of the mobility column, in the order of `kinds.Mobility`."""

MUNICIPALITIES = frozenset({11, 12, 31, 50})
"""北京, 天津, 上海, 重庆."""

NO_CITY = 0
"""City key of a posting without a place, and of an empty wish."""

PROVINCE_STEP = 10_000
_CITY_STEP = 100
_DIRECT_COUNTIES = 90


def city_key(code: str) -> int:
    """Reduce a region code of six digits to the number ranking compares.

    The key of a province as such is the code of the province; only for a municipality that is
    also the key of its city.
    """
    if len(code) != 6 or not code.isascii() or not code.isdigit() or code[:2] == "00":
        raise ValueError(f"not a region code of six digits: {code!r}")
    number = int(code)
    province = number // PROVINCE_STEP
    if province in MUNICIPALITIES:
        return province * PROVINCE_STEP
    if number // _CITY_STEP % _CITY_STEP == _DIRECT_COUNTIES:
        return number
    return number // _CITY_STEP * _CITY_STEP


def province_of(key: int) -> int:
    """Two-digit province of a city key; 0 for none."""
    return key // PROVINCE_STEP


def province_key(province: int) -> int:
    """City key that stands for a whole province."""
    return province * PROVINCE_STEP


def is_province(key: int) -> bool:
    """Whether a city key means a whole province rather than a city (never for a municipality)."""
    return key != NO_CITY and key % PROVINCE_STEP == 0 and province_of(key) not in MUNICIPALITIES


def provinces_of(keys: NDArray[np.signedinteger[Any]]) -> NDArray[np.signedinteger[Any]]:
    """`province_of` of many keys."""
    return keys // PROVINCE_STEP


def whole_province(keys: NDArray[np.signedinteger[Any]]) -> NDArray[np.bool_]:
    """`is_province` of many keys; also true for NO_CITY."""
    whole: NDArray[np.bool_] = (keys % PROVINCE_STEP == 0) & ~_IS_MUNICIPALITY[
        keys // PROVINCE_STEP
    ]
    return whole


_IS_MUNICIPALITY = np.isin(np.arange(100), list(MUNICIPALITIES))
