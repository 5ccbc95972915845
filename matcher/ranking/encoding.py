"""Facts → one row of a table, by the codebook."""

from matcher.kinds import EducationLevel, Mobility, UnitKind
from matcher.ranking.codebook import Codebook, middle_group
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.places import NO_CITY, city_key, province_of
from matcher.ranking.tables import CHOICES, MAJORS, GraduateTable, PostingTable

NOT_STATED = -1

_UNIT_BIT = {kind: 1 << number for number, kind in enumerate(UnitKind)}
_MOBILITY = {kind: number for number, kind in enumerate(Mobility)}


def write_graduate(
    table: GraduateTable, row: int, facts: GraduateFacts, *, codebook: Codebook, lottery: int
) -> None:
    """Fill one row; every code must be in the codebook."""
    cities = [city_key(code) for code in facts.places]
    occupations = [codebook.occupations.find(code) for code in facts.occupations]
    groups = [codebook.occupation_groups.find(middle_group(code)) for code in facts.occupations]
    industries = [codebook.industries.find(code) for code in facts.industries]
    pay = facts.wanted_pay_yuan
    table.id[row] = facts.id
    table.lottery[row] = lottery
    table.education[row] = facts.education.rank
    table.leaf[row] = _padded([codebook.leaves.find(major) for major in facts.majors], MAJORS)
    table.city[row] = _padded(cities, CHOICES, NO_CITY)
    table.province[row] = _padded([province_of(key) for key in cities], CHOICES, NO_CITY)
    table.mobility[row] = _MOBILITY[facts.mobility]
    table.occupation[row] = _padded(occupations, CHOICES)
    table.occupation_group[row] = _padded(groups, CHOICES)
    table.industry[row] = _padded(industries, CHOICES)
    table.wanted_pay[row] = NOT_STATED if pay is None else pay
    table.unit_mask[row] = sum(_UNIT_BIT[kind] for kind in facts.unit_kinds)
    table.certificates[row] = codebook.certificate_mask(facts.certificates)
    table.rank[row] = facts.priority_rank
    table.term[row], table.weight[row] = codebook.text.vector(facts.text)


def write_posting(
    table: PostingTable, row: int, facts: PostingFacts, *, codebook: Codebook, lottery: int
) -> None:
    """Fill one row; every code must be in the codebook."""
    occupation = facts.occupation
    group = None if occupation is None else middle_group(occupation)
    pay = facts.pay_high_yuan
    table.id[row] = facts.id
    table.lottery[row] = lottery
    table.education[row] = least_education(facts.education_min)
    table.requirement[row] = codebook.requirements.find(facts.requirement)
    table.city[row] = NO_CITY if facts.place is None else city_key(facts.place)
    table.occupation[row] = codebook.occupations.find(occupation)
    table.occupation_group[row] = codebook.occupation_groups.find(group)
    table.industry[row] = codebook.industries.find(facts.industry)
    table.pay_high[row] = NOT_STATED if pay is None else pay
    table.unit_mask[row] = 0 if facts.unit_kind is None else _UNIT_BIT[facts.unit_kind]
    table.certificates[row] = codebook.certificate_mask(facts.certificates)
    table.reserved[row] = facts.has_reserved
    table.term[row], table.weight[row] = codebook.text.vector(facts.text)


def least_education(least: EducationLevel | None) -> int:
    """Return the least education (最低学历) as the tables hold it."""
    return NOT_STATED if least is None else least.rank


def _padded(values: list[int], length: int, filler: int = NOT_STATED) -> list[int]:
    """Values followed by as much filler as is missing."""
    return values + [filler] * (length - len(values))
