"""Employers at a fair (参会单位): invitations, applications, waiting list, vetting, posts, prints."""
