"""API Gateway REST APIs: updates by patch operations, what creates drop, and OpenAPI import."""
