"""The catalogue of resource types: declarations, and what is derived from AWS's own models of them."""
