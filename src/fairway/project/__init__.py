"""`fairway.toml`: what a project says about itself."""
