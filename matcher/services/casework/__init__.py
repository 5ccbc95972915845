"""Casework (帮扶): the cases of graduates, service acts, packages, requests, pairings, the working day."""
