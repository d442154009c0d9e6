"""Says in today's words what a configuration says in old ones: one module a theme. Data: ``catalogue/modernize.yaml``.

Ids stay as they are, whatever name is in them: constraints, tags and people refer to them.
"""
