"""The ground of the tables: declarative base, column types, engines, sessions, transactions."""
