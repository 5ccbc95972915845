"""Marks on the views of the API, from which its OpenAPI document is made (`openapi.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

View = TypeVar("View", bound=Callable[..., Any])

MARK = "documented"


@dataclass(frozen=True)
class Documented:
    """What a view takes and gives."""

    answer: type[BaseModel]
    status: int
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    refusals: tuple[int, ...]


def documented(
    answer: type[BaseModel],
    *,
    status: int = 200,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    refusals: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Say what a view takes and gives; 401, 403 and 429 go without saying."""

    def mark(view: View) -> View:
        view.__dict__[MARK] = Documented(answer, status, body, query, refusals)
        return view

    return mark
