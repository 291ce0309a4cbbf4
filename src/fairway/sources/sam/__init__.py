"""SAM templates: read through AWS's own translator, kept by content."""

from fairway.sources.sam.transform import transform

__all__ = ["transform"]
