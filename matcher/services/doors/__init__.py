"""The door of a fair (入场核验): tickets, scanners, scans, walk-ins; a log of its own, exact counts."""
