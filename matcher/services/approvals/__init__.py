"""Chains of approval (审批), publicity (公示), reviews and the register of record; for any kind of subject."""
