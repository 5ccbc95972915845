"""What the history of a file (变更记录) says: changes with their fields, acts of the trail by their name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matcher.models.audit import AuditEntry
from matcher.models.household_facts import HouseholdChange
from matcher.services.hardship.file_views import FileView
from web.filters import moment
from web.words import file_sections
from web.words.audit_words import act_words, who_words

Line = HouseholdChange | AuditEntry


def accounts_in(rows: Iterable[Line]) -> list[int | None]:
    """Return the accounts that lines of the history speak of."""
    found: list[int | None] = []
    for one in rows:
        found.append(one.actor_id)
        if isinstance(one, HouseholdChange):
            found += [one.on_behalf_of_id, one.credited_to_id]
        else:
            found += [_typed_for(one), _credited(one)]
    return found


def lines_of(
    rows: Sequence[Line], names: Mapping[int, str], view: FileView, reader_id: int | None
) -> list[dict[str, Any]]:
    """Return the lines of the history as the page shows them."""
    return [
        file_sections.told(one, names, view)
        if isinstance(one, HouseholdChange)
        else _act(one, names, reader_id)
        for one in rows
    ]


def _act(entry: AuditEntry, names: Mapping[int, str], reader_id: int | None) -> dict[str, Any]:
    name = names.get(entry.actor_id or 0)
    return {
        "id": entry.number,
        "when": moment(entry.at),
        "who": name
        if name and entry.actor_id == reader_id
        else who_words(entry.actor_id, entry.role, name, reader_id=None, names=True),
        "for_whom": names.get(_typed_for(entry) or 0, ""),
        "credited": names.get(_credited(entry) or 0, ""),
        "what": act_words(entry.action),
        "about": "",
        "fields": [],
        "reason": "",
        "may_return": False,
    }


def _typed_for(entry: AuditEntry) -> int | None:
    """Return the account an act was typed for; other kinds of acts may name a graduate there."""
    is_account = entry.subject_kind in ("approval", "household")
    return entry.on_behalf_of if is_account else None


def _credited(entry: AuditEntry) -> int | None:
    found = entry.details.get("credited_to")
    return found if isinstance(found, int) else None
