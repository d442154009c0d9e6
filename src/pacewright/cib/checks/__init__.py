"""What is wrong with a configuration, one module a theme. Each function takes an Index and yields Reports.

A report's subject is an address, with a path below it where a single value is meant: ``resource p_IP/params/ip``.
"""
