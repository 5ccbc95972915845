"""The machine shapes of `yangguang plan solve` and `yangguang plan verify`."""

from typing import Any

from pydantic import BaseModel, Field

Id = int | str


class SeatOut(BaseModel):
    """Where one person sits, and in which kind of seat."""

    posting: Id
    kind: str


class ShortSetOut(BaseModel):
    """People and all the postings any of them may be sent to: `short` seats too few (Hall set)."""

    people: list[Id]
    postings: list[Id]
    seats: int
    short: int


class FallbackOut(BaseModel):
    """The seat a guaranteed person is sure of: the posting, and its group of seats."""

    posting: Id
    group: str


class SolvedOut(BaseModel):
    """A plan of a bare instance; people are names of objects, hence strings, everywhere else ids as given."""

    rule: str
    seats: dict[str, SeatOut]
    uncovered: list[Id]
    certificate: list[ShortSetOut]
    fallbacks: dict[str, FallbackOut]
    placed: int
    instance_hash: str
    result_hash: str
    remarks: list[str]


class ProblemOut(BaseModel):
    """What is wrong with one field of one record."""

    record: str
    field: str
    problem: str


class CheckOut(BaseModel):
    """One check; `met` is null where the plan says nothing to ask about."""

    check: str
    met: bool | None
    count: int
    problems: list[str]


class ClassOut(BaseModel):
    """How many people of a class there are, sit, and of it and those above could sit at most (null: not asked)."""

    person_class: int = Field(serialization_alias="class")
    people: int
    seated: int
    most_seated_from_here: int | None


class VerifiedOut(BaseModel):
    """What the checker found; with `pins` fixed or forbidden pairs, all but the proof is counted beside them."""

    good: bool
    rule: str
    checks: list[CheckOut]
    by_class: list[ClassOut]
    blocking_pairs: int
    pins: int


def error_out(code: str, message: str, problems: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a failure with its list of problems."""
    return {"error": {"code": code, "message": message, "problems": problems}}
