"""Typed factory functions: plain rows for tests, one file an area."""
