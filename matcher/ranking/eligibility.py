"""Rules of admission a drive may set (准入规则): applied to the columns of both tables, once, when a row is written.

As stated and as asked is the default and changes nothing. A rule never invents a fact: what it opens beyond
what a posting asks for is to be confirmed (待确认), and a referral still needs the person's own consent.

==================  ==================================================================================
rule                what it does
==================  ==================================================================================
PlaceRule.PROVINCE  who lists places alone is looked at for the rest of those provinces as well
PlaceRule.LISTED    everybody is looked at for the listed places alone, whatever else was agreed to
FOR_CONFIRMATION    a posting's least education counts as unknown: everybody meets it, unconfirmed
second major off    a second major (辅修、第二专业) opens nothing
==================  ==================================================================================
"""

import numpy as np

from matcher.kinds.ranking_studies import EducationRule, PlaceRule
from matcher.ranking.encoding import NOT_STATED
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.places import LISTED, PROVINCE
from matcher.ranking.tables import GraduateTable, PostingTable

Rows = int | slice

ALL = slice(None)


def rule_graduates(table: GraduateTable, parameters: DriveParameters, rows: Rows = ALL) -> None:
    """Bring some rows of a writable table under a drive's rules; a second time changes nothing."""
    if parameters.place_rule is PlaceRule.PROVINCE:
        table.mobility[rows] = np.maximum(table.mobility[rows], PROVINCE)
    elif parameters.place_rule is PlaceRule.LISTED:
        table.mobility[rows] = LISTED
    if not parameters.counts_second_major:
        table.leaf[rows, 1] = NOT_STATED


def rule_postings(table: PostingTable, parameters: DriveParameters, rows: Rows = ALL) -> None:
    """Bring some rows of a writable table under a drive's rules; a second time changes nothing."""
    if parameters.education_rule is EducationRule.FOR_CONFIRMATION:
        table.education[rows] = NOT_STATED


def rules_of(parameters: DriveParameters) -> tuple[PlaceRule, EducationRule, bool]:
    """Return the rules by which rows were written: tables made under others cannot be turned back."""
    return parameters.place_rule, parameters.education_rule, parameters.counts_second_major


PLAIN = rules_of(DriveParameters())
"""Everything as stated and as asked: from such tables those of any rule can be made."""
