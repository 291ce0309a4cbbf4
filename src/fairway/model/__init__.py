"""The nouns of Fairway as small frozen types; no I/O."""
