"""Made-up data for trying things out: a synthetic city, sheets of any size, the demo command."""
