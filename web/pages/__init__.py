"""The HTML pages, one file an area; a page joins the product by one line in PAGES.

A page module has a blueprint `bp` and, if it stands in the menu, a tuple MENU of NavItem.
"""

from dataclasses import dataclass

from flask import Blueprint

from web.navigation import NavItem
from web.pages import (
    account,
    accounts,
    aliases,
    api_tokens,
    assessments,
    audit,
    batch_acts,
    board,
    calls,
    cooperation,
    doubts,
    drives,
    employer_batches,
    employers,
    exits,
    exports,
    families,
    file_acts,
    file_entry,
    file_members,
    file_merges,
    file_parts,
    file_transfers,
    files,
    graduates,
    hand_overs,
    holder_access,
    home,
    imports,
    jobs,
    loads,
    my_file,
    notes,
    own_consents,
    own_employer,
    own_matches,
    own_postings,
    own_profile,
    own_requests,
    postings,
    ranking,
    readings,
    registration,
    registrations,
    reminders,
    rights,
    sign_in,
    stories,
    tiers,
    today,
    vocabulary_search,
    working_days,
)


@dataclass(frozen=True)
class Page:
    """One area: its views and its entries in the menu."""

    blueprint: Blueprint
    menu: tuple[NavItem, ...] = ()


PAGES = (
    Page(sign_in.bp),
    Page(home.bp, home.MENU),
    Page(today.bp, today.MENU),
    Page(calls.bp, calls.MENU),
    Page(batch_acts.bp, batch_acts.MENU),
    Page(hand_overs.bp, hand_overs.MENU),
    Page(loads.bp, loads.MENU),
    Page(notes.bp),
    Page(reminders.bp, reminders.MENU),
    Page(drives.bp, drives.MENU),
    Page(imports.bp, imports.MENU),
    Page(postings.bp, postings.MENU),
    Page(ranking.bp, ranking.MENU),
    Page(doubts.bp, doubts.MENU),
    Page(readings.bp, readings.MENU),
    Page(aliases.bp, aliases.MENU),
    Page(board.bp, board.MENU),
    Page(families.bp),
    Page(graduates.bp, graduates.MENU),
    Page(files.bp, files.MENU),
    Page(file_entry.bp),
    Page(file_members.bp),
    Page(file_parts.bp),
    Page(file_acts.bp),
    Page(registrations.bp, registrations.MENU),
    Page(assessments.bp),
    Page(exits.bp),
    Page(tiers.bp, tiers.MENU),
    Page(file_merges.bp),
    Page(file_transfers.bp, file_transfers.MENU),
    Page(cooperation.bp, cooperation.MENU),
    Page(employers.bp, employers.MENU),
    Page(employer_batches.bp),
    Page(own_postings.bp, own_postings.MENU),
    Page(own_employer.bp, own_employer.MENU),
    Page(own_matches.bp, own_matches.MENU),
    Page(own_profile.bp, own_profile.MENU),
    Page(own_consents.bp, own_consents.MENU),
    Page(own_requests.bp, own_requests.MENU),
    Page(my_file.bp, my_file.MENU),
    Page(exports.bp, exports.MENU),
    Page(rights.bp, rights.MENU),
    Page(stories.bp, stories.MENU),
    Page(holder_access.bp),
    Page(registration.bp),
    Page(vocabulary_search.bp),
    Page(account.bp, account.MENU),
    Page(api_tokens.bp, api_tokens.MENU),
    Page(audit.bp, audit.MENU),
    Page(working_days.bp, working_days.MENU),
    Page(accounts.bp, accounts.MENU),
    Page(jobs.bp),
)
"""All areas, in the order their entries stand inside a section of the menu."""
