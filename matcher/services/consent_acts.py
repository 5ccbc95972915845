"""Giving, refusing and withdrawing consent (同意、拒绝、撤回), and what that does at once.

Decided here: a graduate is ranked unless they withdrew or refused RANKING. A roster comes to the
union with the people's paper consent to its service, so an import records SERVICE and RANKING with
the channel IMPORT and the text in force (`record_imported`); who never signed anything can refuse all
the same, and the refusal is a row withdrawn in the moment it was made. Nothing that hangs on a
consent is kept elsewhere: ranking leaves people out by these rows, the outbox looks again when it
sends, so a withdrawal works from the commit on. Withdrawing SERVICE withdraws all.

A consent ended with `withdrawn_through` None was replaced by one to a newer text, not withdrawn.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import ConflictError, RuleBrokenError
from matcher.kinds import Channel, ConsentPurpose
from matcher.models.consents import Consent
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.services import audit, ranking_changes
from matcher.services.consents import current_text
from matcher.services.graduates import get_editable
from matcher.services.people_rights import by_hand
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals import looks
from matcher.services.rows import first_or_missing

_FOR_AN_EMPLOYER = {ConsentPurpose.DISCLOSURE: False, ConsentPurpose.HARDSHIP_DISCLOSURE: True}
"""Purposes that may name an employer; True where they must (个人信息保护法 art. 29)."""

_ROSTER = (ConsentPurpose.SERVICE, ConsentPurpose.RANKING)
"""What a paper roster stands for; disclosure is asked of each person, each time."""


def give_consent(
    session: Session,
    by: Actor,
    graduate_id: int,
    purpose: ConsentPurpose,
    *,
    text_id: int,
    employer_id: int | None = None,
    on_paper: bool = False,
) -> Consent:
    """Record a consent to the wording the person saw; giving it twice is giving it once.

    Parameters
    ----------
    text_id : wording shown; it must be the one in force
    on_paper : a caseworker holds a signed paper, rather than entering what was said

    Raises
    ------
    RuleBrokenError
        The wording is not the one in force, or the employer is missing or out of place.
    """
    get_editable(session, by, graduate_id)
    _check_employer(session, purpose, employer_id)
    text = current_text(session, purpose, clock.today())
    if text.id != text_id:
        raise RuleBrokenError("consent_text_old", "同意书内容已更新，请阅读新的内容后再确认。")
    standing = _live(session, graduate_id, purpose, employer_id)
    if standing is not None and standing.text_id == text_id:
        return standing
    if standing is not None:
        standing.withdrawn_at = clock.now()
        session.flush()
    consent = insert_if_new(
        session,
        Consent,
        _row(by, graduate_id, purpose, employer_id, text_id, _channel(by, on_paper=on_paper)),
    ) or _live(session, graduate_id, purpose, employer_id)
    if consent is None:
        raise ConflictError("changed_meanwhile", "同意状态刚被修改，请刷新后重试。")
    _record(session, by, "consent.given", consent)
    if purpose is ConsentPurpose.RANKING:
        by_hand.close(session, graduate_id)
        ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return consent


def _channel(by: Actor, *, on_paper: bool = False) -> Channel:
    if by.graduate_id is not None:
        return Channel.SELF
    return Channel.PAPER if on_paper else Channel.ON_BEHALF


def _row(
    by: Actor,
    graduate_id: int,
    purpose: ConsentPurpose,
    employer_id: int | None,
    text_id: int,
    channel: Channel,
) -> dict[str, object]:
    return {
        "graduate_id": graduate_id,
        "purpose": purpose,
        "employer_id": employer_id,
        "text_id": text_id,
        "given_at": clock.now(),
        "given_through": channel,
        "recorded_by_id": by.account_id,
    }


def _check_employer(session: Session, purpose: ConsentPurpose, employer_id: int | None) -> None:
    if employer_id is None:
        if _FOR_AN_EMPLOYER.get(purpose, False):
            raise RuleBrokenError("consent_needs_employer", "这项同意须写明具体的用人单位。")
        return
    if purpose not in _FOR_AN_EMPLOYER:
        raise RuleBrokenError("consent_takes_no_employer", "这项同意不针对具体单位。")
    first_or_missing(session, sa.select(Employer).where(Employer.id == employer_id), lock=False)


def _live(
    session: Session, graduate_id: int, purpose: ConsentPurpose, employer_id: int | None
) -> Consent | None:
    found = sa.select(Consent).where(
        Consent.graduate_id == graduate_id,
        Consent.purpose == purpose,
        Consent.employer_id.is_not_distinct_from(employer_id),
        Consent.withdrawn_at.is_(None),
    )
    return session.scalar(found.with_for_update().execution_options(populate_existing=True))


def withdraw_consent(
    session: Session,
    by: Actor,
    graduate_id: int,
    purpose: ConsentPurpose,
    *,
    employer_id: int | None = None,
) -> list[Consent]:
    """Withdraw or refuse; it works from the commit on, and a second time changes nothing.

    A withdrawal without an employer takes back the consents for single employers as well. SERVICE
    takes back everything. Who never agreed to RANKING (or SERVICE) refuses by this.

    Returns
    -------
    list of Consent : those ended, and refusals written
    """
    get_editable(session, by, graduate_id)
    return _withdraw(session, by, graduate_id, purpose, employer_id)


def end_all(session: Session, by: Actor, graduate_id: int) -> list[Consent]:
    """Withdraw everything for somebody who asked for deletion (删除), by who handles such requests."""
    require(by, Permission.HANDLE_RIGHTS)
    return _withdraw(session, by, graduate_id, ConsentPurpose.SERVICE, None)


def _withdraw(
    session: Session,
    by: Actor,
    graduate_id: int,
    purpose: ConsentPurpose,
    employer_id: int | None,
) -> list[Consent]:
    channel = _channel(by)
    every = purpose is ConsentPurpose.SERVICE
    ended = _end(session, graduate_id, None if every else purpose, employer_id, channel)
    refused = _ROSTER if every else (purpose,) if purpose is ConsentPurpose.RANKING else ()
    for one in refused:
        if not _has_refused(session, graduate_id, one):
            ended.append(_refuse(session, by, graduate_id, one, channel))
    for consent in ended:
        _record(session, by, "consent.withdrawn", consent)
    looks.ask_for_departures(session, graduate_id=graduate_id)
    if ConsentPurpose.RANKING in refused:
        by_hand.open_for(session, graduate_id)
        ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return ended


def _end(
    session: Session,
    graduate_id: int,
    purpose: ConsentPurpose | None,
    employer_id: int | None,
    channel: Channel,
) -> list[Consent]:
    """End the live consents of a purpose (None: of all), of one employer (None: of all)."""
    found = sa.select(Consent).where(
        Consent.graduate_id == graduate_id, Consent.withdrawn_at.is_(None)
    )
    if purpose is not None:
        found = found.where(Consent.purpose == purpose)
    if employer_id is not None:
        found = found.where(Consent.employer_id == employer_id)
    rows = list(session.scalars(found.order_by(Consent.id).with_for_update()))
    for consent in rows:
        consent.withdrawn_at, consent.withdrawn_through = clock.now(), channel
    session.flush()
    return rows


def _has_refused(session: Session, graduate_id: int, purpose: ConsentPurpose) -> bool:
    """Say whether a withdrawal or refusal stands, which no newer consent has overruled."""
    withdrawn = sa.select(Consent.id).where(
        Consent.graduate_id == graduate_id,
        Consent.purpose == purpose,
        Consent.withdrawn_through.is_not(None),
    )
    return session.scalar(withdrawn.limit(1)) is not None


def _refuse(
    session: Session, by: Actor, graduate_id: int, purpose: ConsentPurpose, channel: Channel
) -> Consent:
    text = current_text(session, purpose, clock.today())
    refusal = Consent(**_row(by, graduate_id, purpose, None, text.id, channel))
    refusal.withdrawn_at, refusal.withdrawn_through = refusal.given_at, channel
    session.add(refusal)
    session.flush()
    return refusal


def _record(session: Session, by: Actor, action: str, consent: Consent) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("graduate", consent.graduate_id),
        on_behalf_of=None if by.graduate_id else consent.graduate_id,
        consent=consent.id,
        purpose=consent.purpose,
        employer=consent.employer_id,
    )


def list_consents(session: Session, by: Actor, graduate_id: int) -> list[Consent]:
    """Return all consents of a graduate, newest first: one's own, or of the scope."""
    found = sa.select(Graduate.id).where(Graduate.id == graduate_id)
    if by.graduate_id is not None:
        require(by, Permission.EDIT_OWN_PROFILE)
        found = found.where(Graduate.id == by.graduate_id)
    else:
        require(by, Permission.VIEW_GRADUATES)
        found = found.where(Graduate.union_id.in_(scope_of(by).unions()))
    first_or_missing(session, found, lock=False)
    rows = sa.select(Consent).where(Consent.graduate_id == graduate_id)
    return list(session.scalars(rows.order_by(Consent.given_at.desc(), Consent.id.desc())))


def current_consents(session: Session, by: Actor, graduate_id: int) -> list[Consent]:
    """Return the live consents of a graduate, newest first."""
    return [c for c in list_consents(session, by, graduate_id) if c.withdrawn_at is None]


def record_imported(session: Session, by: Actor, graduate_ids: Sequence[int]) -> int:
    """Record what a roster's paper stands for; whoever said anything about it before is left as is.

    Set-based: one statement a purpose. Part of an import, which notes the change for ranking itself.

    Returns
    -------
    int : how many consents were written
    """
    require(by, Permission.IMPORT_ROWS)
    written = 0
    for purpose in _ROSTER:
        text = current_text(session, purpose, clock.today())
        # Not correlated: the indexes of consents are partial, and a scan for each person is quadratic.
        said = sa.select(Consent.graduate_id).where(Consent.purpose == purpose)
        for start in range(0, len(graduate_ids), _CHUNK):
            chunk = graduate_ids[start : start + _CHUNK]
            row = _row(by, 0, purpose, None, text.id, Channel.IMPORT)
            del row["graduate_id"]
            columns = sa.select(
                Graduate.id,
                *(sa.literal(value, Consent.__table__.c[name].type) for name, value in row.items()),
            ).where(Graduate.id.in_(chunk), Graduate.union_id.in_(scope_of(by).unions()))
            made = session.execute(
                sa.insert(Consent)
                .from_select(["graduate_id", *row], columns.where(Graduate.id.not_in(said)))
                .returning(Consent.id)
            )
            written += len(made.all())
    audit.record(session, by, "consent.imported", count=written)
    session.flush()
    return written


_CHUNK = 5_000
"""Ids of one statement; SQLite takes 32,766 parameters."""
