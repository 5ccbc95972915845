"""Tuition aid (金秋助学): standards of cities, applications, their approval, statistics and printed forms."""
