"""SAM templates: read through AWS's own translator, kept by content."""

from fairway.sources.sam.transform import transform
from fairway.sources.sam.versions import with_code

__all__ = ["transform", "with_code"]
