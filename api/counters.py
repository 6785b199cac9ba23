"""What /metrics tells: requests, latency, waiting clients; jobs by state are read when asked for."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Counters:
    """The counters of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        by = ("method", "route", "status")
        self.requests = Counter("facet_requests", "Answers given.", by, registry=self.registry)
        self.latency = Histogram(
            "facet_request_seconds",
            "Seconds from the request to the end of its answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60),
        )
        self.waiting = Gauge("facet_waiting", "Long polls and event streams open.", registry=self.registry)
        self.events = Counter("facet_events", "Events passed to those who wait.", registry=self.registry)
        self.jobs = Gauge("facet_jobs", "Unfinished jobs.", ("pool", "state"), registry=self.registry)
        self.bells = Gauge(
            "facet_bells_unheard", "Messages that the broker did not take.", registry=self.registry
        )
