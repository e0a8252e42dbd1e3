"""Starts the OpenTelemetry instrumentation in every Python process of the server, workers included."""

try:
    from opentelemetry.instrumentation.auto_instrumentation import initialize

    initialize()
except Exception as error:  # Traces are worth less than a server that starts.
    print(f"tracing is off: {error!r}", flush=True)
