"""The catalogue of services: its files read, judged, and asked (docs/catalogue.md)."""
