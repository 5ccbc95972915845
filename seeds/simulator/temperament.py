"""How people and employers behave: shares and delays, drawn once for each from a seed.

The shares are invented. They make every road of the process walked often enough, they forecast nothing.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class PersonTemperament:
    """How a graduate answers.

    Parameters
    ----------
    days : days until an answer
    """

    days: int
    agrees: float
    answers: float
    comes: float
    accepts: float
    arrives: float
    stays: float


@dataclass(frozen=True)
class EmployerTemperament:
    """How an employer answers."""

    days: int
    answers: float
    invites: float
    offers: float
    holds: float
    cancels: float


def person(seed: int, number: int) -> PersonTemperament:
    """Draw the temperament of a graduate."""
    random = Random(f"{seed} person {number}")  # noqa: S311 - made-up behaviour
    return PersonTemperament(
        days=random.choices((0, 1, 2, 4, 9), (30, 30, 20, 12, 8))[0],
        agrees=random.uniform(0.7, 0.98),
        answers=random.choices((1.0, 0.8, 0.2), (70, 22, 8))[0],
        comes=random.uniform(0.75, 1.0),
        accepts=random.uniform(0.55, 0.95),
        arrives=random.uniform(0.8, 1.0),
        stays=random.uniform(0.8, 1.0),
    )


def employer(seed: int, number: int) -> EmployerTemperament:
    """Draw the temperament of an employer."""
    random = Random(f"{seed} employer {number}")  # noqa: S311 - made-up behaviour
    return EmployerTemperament(
        days=random.choices((0, 1, 3, 6, 14), (20, 30, 25, 15, 10))[0],
        answers=random.choices((1.0, 0.85, 0.1), (60, 30, 10))[0],
        invites=random.uniform(0.3, 0.9),
        offers=random.uniform(0.35, 0.8),
        holds=random.uniform(0.0, 0.15),
        cancels=random.uniform(0.0, 0.06),
    )
