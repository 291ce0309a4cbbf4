"""Code in, artifacts out: cached by content, byte-stable."""
