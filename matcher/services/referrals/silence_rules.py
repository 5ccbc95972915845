"""The tasks of silence (逾期未答复): which rule asks somebody to see to a referral nobody answered."""

from matcher.kinds.referrals import ReferralState

RULES: dict[ReferralState, str] = {
    ReferralState.PROPOSED: "referral.consent_due",
    ReferralState.SENT: "referral.employer_silent",
    ReferralState.INTERVIEW: "referral.result_due",
    ReferralState.OFFERED: "referral.offer_silent",
    ReferralState.ON_HOLD: "referral.hold_decide",
    ReferralState.ACCEPTED: "referral.report_due",
}
"""Rule of the task that opens when nobody answered in a state."""

UNCONFIRMED = "plan.unconfirmed"
"""Rule of the task where nobody was asked yet: a plan proposed it, and staff did not confirm it in time."""
