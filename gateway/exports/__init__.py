"""What is counted of streams, for those who collect numbers: Prometheus scrapes it, OpenTelemetry is sent it.

    FinishedStream ──> observed: (instrument, values, attributes)* ──┬──> prometheus: histograms, text at /_/metrics
                          └── labels: how many models, capped        └──> otel: the same by OTLP, and a span each

`instruments` names all of them once. docs/dashboards.md is for their users. In the observer's process only: the relay
and the command line import none of it but `extra`, which asks whether what otel needs is installed.
"""
