"""A collector: takes OTLP over HTTP, and keeps what it was sent, decoded.

    with collector() as collected:
        ...  # an exporter sends to collected.url
        collected.metrics["gen_ai.client.operation.duration"], collected.spans, collected.resource

It answers in a thread of its own, since exporters wait for it in theirs.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

__all__ = ["Collected", "collector", "plain"]

_KINDS = {"/v1/metrics": ExportMetricsServiceRequest, "/v1/traces": ExportTraceServiceRequest}


@dataclass
class Collected:
    """What came: the latest of each metric, all spans, and the headers of the last request."""

    url: str = ""
    metrics: dict[str, Any] = field(default_factory=dict)
    spans: list[Any] = field(default_factory=list)
    resource: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def take(self, path: str, body: bytes) -> None:
        """Decode one export."""
        message = _KINDS[path].FromString(body)
        for of_resource in getattr(message, "resource_metrics", None) or getattr(message, "resource_spans", ()):
            self.resource = plain(of_resource.resource.attributes)
            for scope in getattr(of_resource, "scope_metrics", ()):
                self.metrics |= {metric.name: metric for metric in scope.metrics}
            for scope in getattr(of_resource, "scope_spans", ()):
                self.spans += scope.spans


def plain(attributes: Any) -> dict[str, object]:
    """Attributes as a dictionary; whole numbers as numbers."""
    values = {each.key: next(iter(MessageToDict(each.value).items())) for each in attributes}
    return {key: int(value) if kind == "intValue" else value for key, (kind, value) in values.items()}


@contextmanager
def collector() -> Iterator[Collected]:
    """A collector on a free port while the block runs."""
    collected = Collected()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collected.headers = dict(self.headers)
            collected.take(self.path, body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Takes) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        collected.url = f"http://127.0.0.1:{server.server_port}"
        yield collected
        server.shutdown()
        thread.join()
