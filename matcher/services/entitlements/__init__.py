"""Entitlements (政策待遇): who may claim what, until when, with which papers; applications followed to the money."""
