"""The local cloud: a moto server plus what really runs functions, APIs and event sources."""
