"""Names of postings where a text tells several (岗位的称呼): two of one title at one employer are told apart."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.vocabulary.regions import load_regions


@dataclass(frozen=True)
class PostingName:
    """Title and employer of a posting."""

    title: str
    employer: str


@dataclass(frozen=True)
class Place:
    """A posting as a line names it."""

    id: int
    public_id: str
    title: str
    employer: str


def posting_names(session: Session, ids: Iterable[int]) -> dict[int, PostingName]:
    """Return titles and employers by posting; one query, callers have checked who asks."""
    return {
        number: PostingName(one.title, one.employer) for number, one in places(session, ids).items()
    }


def places(session: Session, ids: Iterable[int | None]) -> dict[int, Place]:
    """Return postings by id as lines of one page name them; one query, callers have checked who asks."""
    found = (
        sa.select(
            Posting.id,
            Posting.public_id,
            Posting.title,
            Employer.name,
            Posting.place_text,
            Posting.region_code,
        )
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id.in_(sorted(one for one in set(ids) if one)))
    )
    rows = session.execute(found).all()
    titles = titles_apart({row[0]: (row[3], row[2], row[4] or _region(row[5])) for row in rows})
    return {row[0]: Place(row[0], row[1], titles[row[0]], row[3]) for row in rows}


def titles_apart(postings: Mapping[int, tuple[str, str, str]]) -> dict[int, str]:
    """Return titles by posting, with the place behind those that repeat at an employer, else with the number.

    Parameters
    ----------
    postings : by id employer, title and place
    """
    named = Counter((employer, title) for employer, title, _ in postings.values())
    placed = Counter(postings.values())
    found = {}
    for number, (employer, title, place) in postings.items():
        if named[employer, title] == 1:
            found[number] = title
        elif place and placed[employer, title, place] == 1:
            found[number] = f"{title}（{place}）"
        else:
            found[number] = f"{title}（岗位 {number}）"
    return found


def _region(code: str | None) -> str:
    found = load_regions().get(code) if code else None
    return found.name if found is not None else ""
