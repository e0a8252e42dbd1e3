"""Serves the metric files that the server's workers write, for Prometheus."""

import os
import signal
import sys
import threading

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry, path=os.environ["METRICS_DIR"])
start_http_server(int(os.environ["METRICS_PORT"]), registry=registry)

# A process with id 1 has no default handler: without this it would ignore the signal until it is killed.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
threading.Event().wait()
