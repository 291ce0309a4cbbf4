"""How a change goes live."""
