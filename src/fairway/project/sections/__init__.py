"""The sections of `fairway.toml`, each read into its settings."""
