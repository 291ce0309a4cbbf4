"""CI systems: the files that make them run the pipeline, and what they are told while it runs."""
