"""In the hall of a fair (招聘会现场): contacts at booths, queues, interview slots, live figures, announcements."""
