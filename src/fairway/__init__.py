"""Fairway takes a change from `git push` to production on AWS."""

__version__ = "0.1.0"
