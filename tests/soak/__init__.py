"""Long rounds on a lab: each module in ``rounds`` shows one thing, many times. ``python tests/soak`` runs them."""
