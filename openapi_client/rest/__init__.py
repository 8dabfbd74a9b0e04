"""HTTP: the only room that imports urllib3. One request through it is `RESTClientObject.request`.

The modules and errors stand here since programs for generated clients import them from here, or replace them here.
"""

import io as io
import ipaddress as ipaddress
import json as json
import logging as logging
import re as re
import ssl as ssl
from typing import Final
from urllib.parse import urlencode as urlencode
from urllib.parse import urlparse as urlparse

import urllib3 as urllib3

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiConnectionException as ApiConnectionException
from openapi_client.exceptions import ApiException as ApiException
from openapi_client.exceptions import ApiKeyError as ApiKeyError
from openapi_client.exceptions import ApiMissingPropertyError as ApiMissingPropertyError
from openapi_client.exceptions import ApiTimeoutException as ApiTimeoutException
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.exceptions import ApiValueError as ApiValueError
from openapi_client.exceptions import AuthenticationException as AuthenticationException
from openapi_client.exceptions import BadRequestException as BadRequestException
from openapi_client.exceptions import ClientRefusedException as ClientRefusedException
from openapi_client.exceptions import ConflictException as ConflictException
from openapi_client.exceptions import CredentialsException as CredentialsException
from openapi_client.exceptions import DeviceLoginException as DeviceLoginException
from openapi_client.exceptions import ForbiddenException as ForbiddenException
from openapi_client.exceptions import LoginRequiredException as LoginRequiredException
from openapi_client.exceptions import NotFoundException as NotFoundException
from openapi_client.exceptions import OpenApiException as OpenApiException
from openapi_client.exceptions import ServiceException as ServiceException
from openapi_client.exceptions import UnauthorizedException as UnauthorizedException
from openapi_client.exceptions import UnprocessableEntityException as UnprocessableEntityException
from openapi_client.rest.client import RESTClientObject as RESTClientObject
from openapi_client.rest.proxies import should_bypass_proxies as should_bypass_proxies
from openapi_client.rest.response import RESTResponse as RESTResponse

logger: Final = logging.getLogger(__name__)
RESTResponseType = urllib3.HTTPResponse
