"""A graduate's major (专业) as a row: looked up in the catalogues, kept as the diploma writes it."""

from matcher.kinds import MajorLevel
from matcher.models.graduates import GraduateMajor
from matcher.vocabulary.majors import load_catalogue


def read_major(position: int, level: MajorLevel, name: str, code: str | None) -> GraduateMajor:
    """Return a major row; a name no catalogue knows keeps the given code and an empty edition.

    The name stays as written: it is the one of the enrolment year's catalogue and of the diploma.
    """
    catalogue = load_catalogue()
    found = catalogue.find(level, name, code)
    if found is None:
        return GraduateMajor(position=position, level=level, name=name, code=code or "", edition="")
    return GraduateMajor(
        position=position,
        level=level,
        name=name,
        code=found.code,
        edition=catalogue.edition_of(found),
    )
