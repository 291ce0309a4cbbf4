"""Runs the operations of a plan in dependency order, as wide as the graph allows."""
