"""Facts about services: one YAML file a project (docs/catalogue.md)."""
