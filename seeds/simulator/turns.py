"""A turn: what somebody does when the time for it has come, and from whose behaviour it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from matcher.services.permissions import Actor
from seeds.simulator import temperament
from seeds.simulator.invariants import Touched
from seeds.simulator.temperament import EmployerTemperament, PersonTemperament
from seeds.simulator.town import Town

LATE_DAYS = 20
"""After so many days who was silent answers all the same; then the use case decides."""


@dataclass(frozen=True)
class Turn:
    """What somebody does now, and what comes of it.

    Parameters
    ----------
    act : the use case, to be called in one transaction
    follows : names of the next events, each with in how many days
    begins : whether they are about what the act made, and not about what it was done to
    """

    name: str
    act: Callable[[Session], object]
    follows: tuple[tuple[str, int], ...] = ()
    begins: bool = False

    @property
    def is_silence(self) -> bool:
        """Whether nothing is done."""
        return self.act is nothing


@dataclass(frozen=True)
class Taken:
    """A turn with the rows it touches and what somebody else may do at the same moment."""

    turn: Turn
    touched: Touched
    crossed: Callable[[Session], object] | None = None


@dataclass(frozen=True)
class Cast:
    """Whose behaviour a turn is drawn from."""

    random: Random
    person: PersonTemperament
    employer: EmployerTemperament
    clerk: Actor
    reviewer: Actor


class Players:
    """Everybody's behaviour and who looks after whom, for all roads of a drive."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.random = Random(f"{seed} drive")  # noqa: S311 - made-up behaviour
        self._seed = seed

    def person(self, graduate_id: int) -> PersonTemperament:
        """Return how a graduate answers."""
        return temperament.person(self._seed, graduate_id)

    def employer(self, employer_id: int) -> EmployerTemperament:
        """Return how an employer answers."""
        return temperament.employer(self._seed, employer_id)

    def clerk_of(self, graduate_id: int) -> Actor:
        """Return the caseworker who looks after somebody."""
        clerks = self.town.caseworkers
        return clerks[graduate_id % len(clerks)]

    def cast(self, graduate_id: int, employer_id: int) -> Cast:
        """Return whose behaviour a referral's turn is drawn from."""
        return Cast(
            self.random,
            self.person(graduate_id),
            self.employer(employer_id),
            self.clerk_of(graduate_id),
            self.town.reviewer,
        )


def nothing(_session: Session) -> None:
    """Do nothing, as who is silent does."""
