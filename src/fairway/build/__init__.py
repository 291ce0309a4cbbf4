"""Code in, artifacts out: cached by content, byte-stable."""

from fairway.build.builder import asset_key, build_all, check_assets

__all__ = ["asset_key", "build_all", "check_assets"]
