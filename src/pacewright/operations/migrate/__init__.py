"""From one way of running services to another on a running cluster, without stopping them (docs/migrate.md)."""
