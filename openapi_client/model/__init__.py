"""One schema a file; `openapi_client.models` has them all."""
