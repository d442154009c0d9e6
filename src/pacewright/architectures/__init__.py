"""From an OpenStack deployment to the objects that Pacemaker is to run: values in, values out.

``deployment`` is what a spec's section ``openstack`` says, ``expansion`` turns it into sections of a generic spec. What
an architecture is like is data of the catalogue (the *ways* of services); the modules here know what all share.
"""
