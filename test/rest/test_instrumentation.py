"""OpenTelemetry's instrumentation of urllib3 sees the client's requests."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from openapi_client import ApiClient, ApiConnectionException, Configuration

Start = Callable[..., Any]
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 1}'
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(params=[{}])
def spans(request: pytest.FixtureRequest) -> Iterator[Callable[[], tuple[ReadableSpan, ...]]]:
    """The spans that OpenTelemetry's instrumentation of urllib3 has recorded."""
    exporter, provider, instrumentor = InMemorySpanExporter(), TracerProvider(), URLLib3Instrumentor()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor.instrument(tracer_provider=provider, **request.param)
    yield exporter.get_finished_spans
    instrumentor.uninstrument()
    provider.shutdown()


@pytest.mark.parametrize("through_proxy", [False, True], ids=["direct", "proxy"])
def test_each_attempt_is_a_span(wire: Start, make_client: Start, spans: Start, through_proxy: bool) -> None:
    """A call of two attempts is two spans, with method and status, and the trace goes on in the request's headers."""
    server = wire(BUSY, OK)
    client = make_client(retries=1, **({"proxy": server.url} if through_proxy else {}))
    url = "http://registry.invalid/p" if through_proxy else f"{server.url}/p"
    assert client.request("POST", url, headers={"X-Own": "v"}, body={}).status == 200
    seen = [dict(span.attributes) for span in spans()]
    assert [(one["http.method"], one["http.status_code"]) for one in seen] == [("POST", 503), ("POST", 200)]
    assert all(b"traceparent" in request for request in server.requests)


def test_failed_attempt_is_a_span(wire: Start, make_client: Start, spans: Start) -> None:
    """An attempt without an answer is a span that failed."""
    with pytest.raises(ApiConnectionException):
        make_client().request("POST", wire(lambda *_: None).url, body={})
    (span,) = spans()
    assert not span.status.is_ok


# As docs/security.md has it.
URL_FILTER: dict[str, Any] = {"url_filter": lambda url: url.partition("?")[0]}
KEY = [{"type": "api_key", "in": "query", "key": "api key", "value": "key-that-nobody-may-see"}]


@pytest.mark.parametrize("spans", [{}, URL_FILTER], indirect=True, ids=["without url_filter", "with url_filter"])
@pytest.mark.parametrize("through_proxy", [False, True], ids=["direct", "proxy"])
@pytest.mark.parametrize("answers", [[OK], [BUSY, OK], [lambda *_: None]], ids=["answer", "two attempts", "no answer"])
def test_key_in_the_query_is_in_no_span(
    wire: Start,
    spans: Start,
    request: pytest.FixtureRequest,
    answers: list[Any],
    through_proxy: bool,
) -> None:
    """With the `url_filter` of the documentation no part of a span holds a key that was sent in the query."""
    server = wire(*answers)
    configuration = Configuration(retries=len(answers) - 1, proxy=server.url if through_proxy else None)
    host = "http://registry.invalid" if through_proxy else server.url
    with ApiClient(configuration) as client, suppress(ApiConnectionException):
        client.call_api("/p", "POST", auth_settings=["any"], _request_auths=KEY, _host=host)
    recorded = spans()
    assert len(recorded) == len(answers)
    assert [span.attributes["http.url"].partition("?")[0] for span in recorded] == [f"{host}/p"] * len(answers)
    is_filtered = "url_filter" in request.node.callspec.params["spans"]
    assert any("key-that-nobody-may-see" in span.to_json() for span in recorded) != is_filtered
