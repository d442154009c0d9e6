"""Services outside Pacemaker on a cluster's nodes: looked at, judged, and given what they need."""
