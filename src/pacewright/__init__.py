"""pacewright: one spec, a plan, one atomic write, a truthful answer."""

__version__ = "0.1.0"
