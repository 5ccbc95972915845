"""People and papers of a file in words: masked names, who a row is about."""

from matcher.identity import mask_name
from matcher.models.household_facts import HouseholdDocument
from matcher.models.households import HouseholdMember
from matcher.services.hardship.file_views import FileView
from web.filters import day
from web.i18n import gettext, label


def member_name(member: HouseholdMember | None) -> str:
    """Return a member masked, with the relation; the family as a whole for None."""
    if member is None:
        return gettext("全家")
    return gettext(
        "%(name)s（%(relation)s）", name=mask_name(member.name), relation=member.relation
    )


def paper_name(paper: HouseholdDocument, view: FileView) -> str:
    """Return a paper with whose it is and its day."""
    words = f"{label(paper.kind)}，{member_name(view.member(paper.member_id))}"
    return f"{words}，{day(paper.issued_on)}" if paper.issued_on else words
