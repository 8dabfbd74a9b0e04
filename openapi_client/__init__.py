"""Client for a data store registry that hands out temporary AWS credentials for one place in S3."""

__version__ = "1.0.0"
