"""Definition, state and live compared: what would change, why, and with what impact."""
