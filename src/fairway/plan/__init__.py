"""Definition, state and live compared: what would change, why, with what impact. Pure: no call is made."""
