"""The lab: a real cluster on one machine (docs/lab.md).

``lifecycle`` is the story: image, files, keeper, cluster. The keeper is one process in mount, network and PID
namespaces of its own; all that a lab has beside its folder lives in them and ends with it.
"""
