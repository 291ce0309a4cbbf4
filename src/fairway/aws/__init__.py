"""Sessions and calls, the catalogue of resource types, retries, rate limits."""
