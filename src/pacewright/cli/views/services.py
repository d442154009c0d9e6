"""The catalogue as text: a table of all services. The page about one is in ``service.py``."""

from __future__ import annotations

from pacewright.cli.session import Document, Style

_COLUMNS = ("SERVICE", "PROJECT", "MODE", "UNIT", "PORTS", "RELEASES")


def catalogue_text(document: Document, style: Style) -> str:
    rows = [_COLUMNS, *(_row(service) for service in document["services"])]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    release = f", {document['release']}" if document["release"] else ""
    return "\n".join([style("bold", lines[0]), *lines[1:], f"units of {document['distribution']}{release}"]) + "\n"


def _row(service: Document) -> tuple[str, ...]:
    unit = service["unit"] or (f"in {service['in']}" if service["in"] else "-")
    ports = ", ".join(port_text(port) for port in service["ports"]) or "-"
    return (service["name"], service["project"], service["mode"] or "-", unit, ports, span_text(service) or "all")


def port_text(port: Document) -> str:
    """``8776 (13776)``: the port, and in brackets the one on the VIP with TLS."""
    protocol = "/udp" if port["protocol"] == "udp" else ""
    return f"{port['port']}{protocol}" + (f" ({port['tls']})" if port["tls"] else "")


def span_text(fact: Document) -> str:
    since, until = fact.get("since"), fact.get("until")
    if since and since == until:
        return str(since)
    return " ".join([*([f"since {since}"] if since else []), *([f"until {until}"] if until else [])])
