"""HTTP: the only room that imports urllib3. One request through it is `RESTClientObject.request`."""

from openapi_client.exceptions import ApiException
from openapi_client.rest.client import RESTClientObject
from openapi_client.rest.response import RESTResponse

__all__ = ["ApiException", "RESTClientObject", "RESTResponse"]
