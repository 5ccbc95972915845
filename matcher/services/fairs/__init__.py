"""The ground of a fair (招聘会): entering, sessions, permits, safety plan, announcing, cancelling, public page."""
