"""A git repository of one's own to push to: it runs the pipeline of what is pushed."""
