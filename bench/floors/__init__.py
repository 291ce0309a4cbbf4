"""Floors: plain scripts that make only the necessary calls, run as processes of their own.

What they leave out is the point: no reading of templates, no plan, no state, no proof.
"""
