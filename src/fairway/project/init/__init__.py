"""A first `fairway.toml` from what a repository holds: files in, facts between, text with reasons out."""
