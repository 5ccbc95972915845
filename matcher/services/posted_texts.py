"""The requirement texts that stand in published postings (在招岗位的专业要求), by issuer and text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import DriveState, EducationLevel, PostingState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.organisations import UnionClosure
from matcher.models.postings import Posting
from matcher.services.requirement_rules import folded_text, issuer_key, shown_text, text_key


@dataclass(frozen=True, slots=True)
class PostedText:
    """What one posting asks for, and who says so."""

    posting_id: int
    drive_id: int
    issuer_key: str
    issuer_name: str
    columns: Mapping[str, str]
    directory: str | None
    education_min: EducationLevel | None = None

    @property
    def text_key(self) -> str:
        """The key of its text."""
        return text_key(self.columns, self.directory)

    @property
    def text(self) -> str:
        """The text for showing."""
        return shown_text(self.columns)

    @property
    def folded(self) -> str:
        """The text as words are looked for in it."""
        return folded_text(self.columns)

    def holds(self, words: str) -> bool:
        """Say whether folded words stand in the text."""
        return words in self.folded


_COLUMNS = (
    Posting.id,
    Posting.drive_id,
    Posting.issuer,
    Posting.employer_id,
    Employer.name.label("employer"),
    Posting.requirement,
    Posting.directory,
    Posting.education_min,
)


def posted_texts(
    session: Session, *only: sa.ColumnElement[bool], issuer: str = ""
) -> list[PostedText]:
    """Return the texts of published postings, by posting id; one query.

    Parameters
    ----------
    only : conditions on Posting, Employer and Drive
    issuer : key of the one issuer wanted; empty for all
    """
    found = (
        sa.select(*_COLUMNS)
        .join(Employer, Employer.id == Posting.employer_id)
        .join(Drive, Drive.id == Posting.drive_id)
        .where(Posting.state == PostingState.PUBLISHED, *only)
        .order_by(Posting.id)
    )
    if issuer.startswith("e:"):
        found = found.where(Posting.employer_id == int(issuer[2:]), Posting.issuer.is_(None))
    elif issuer:
        found = found.where(Posting.issuer.is_not(None))
    texts = (posted_text(row) for row in session.execute(found))
    return [one for one in texts if not issuer or one.issuer_key == issuer]


def posted_text(row: Any) -> PostedText:
    """Return what one row of `_COLUMNS` asks for."""
    return PostedText(
        posting_id=row.id,
        drive_id=row.drive_id,
        issuer_key=issuer_key(row.issuer, row.employer_id),
        issuer_name=row.issuer or row.employer,
        columns=row.requirement,
        directory=row.directory,
        education_min=row.education_min,
    )


def text_of_posting(session: Session, posting_id: int) -> PostedText:
    """Return what a posting asks for, published or not."""
    found = (
        sa.select(*_COLUMNS)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id == posting_id)
    )
    return posted_text(session.execute(found).one())


def under(union_id: int) -> sa.ColumnElement[bool]:
    """Condition on Drive: of a union or below it, and not over."""
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == union_id)
    return sa.and_(Drive.union_id.in_(below), Drive.state != DriveState.CLOSED)


def by_drive(texts: Iterable[PostedText]) -> dict[int, set[int]]:
    """Return the postings of texts by drive."""
    found: dict[int, set[int]] = defaultdict(set)
    for one in texts:
        found[one.drive_id].add(one.posting_id)
    return found


def where_said(
    texts: Iterable[PostedText], said: Iterable[tuple[str, str, str]]
) -> Iterator[PostedText]:
    """Yield the texts in which one of some words stands.

    Parameters
    ----------
    said : issuer key, text key (both may be empty: for all) and folded words
    """
    wanted = tuple(dict.fromkeys(said))
    for text in texts:
        folded, issuers = text.folded, ("", text.issuer_key)
        for issuer, key, words in wanted:
            if words in folded and issuer in issuers and key in ("", text.text_key):
                yield text
                break
