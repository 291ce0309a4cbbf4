"""API Gateway HTTP APIs: stages, deployments, quick creation and OpenAPI import."""
