"""Figures: what Fairway costs, each beside a floor that does only what is necessary. `make bench` runs it."""
