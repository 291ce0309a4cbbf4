"""A definition in, a resource graph out: one module or folder per language."""
