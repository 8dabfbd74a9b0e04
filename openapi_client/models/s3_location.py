"""The schema S3Location, under the generator's later path."""

from openapi_client.model.s3_location import S3Location as S3Location
