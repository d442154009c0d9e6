"""What a CIB that pacewright makes says of itself."""

DEFAULT_SCHEMA = "pacemaker-3.9"
FEATURE_SET = "3.16.1"
# The fencing device of an embedded cluster: without fencing Pacemaker starts nothing.
STAND_IN = "pacewright-stand-in-fencing"
