"""Placements (毕业去向、就业): recorded, proved, checked by a second person, counted; anomalies looked at."""
