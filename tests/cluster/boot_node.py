"""Boots corosync and Pacemaker inside fresh namespaces, made by conftest, and stays until it is told to end.

Everything that the daemons write lies on tmpfs mounts of this mount namespace; ending this process ends them all.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

FOLDERS = ("/var/lib/pacemaker", "/var/lib/corosync", "/run", "/dev/shm", "/etc/corosync", "/var/log")
COROSYNC = """totem {
  version: 2
  cluster_name: test
  transport: knet
  token: 1000
}
nodelist {
  node {
    ring0_addr: 127.0.0.1
    name: node1
    nodeid: 1
  }
}
quorum {
  provider: corosync_votequorum
  expected_votes: 1
}
logging {
  to_logfile: yes
  logfile: /var/log/corosync/corosync.log
  to_syslog: no
}
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def main() -> None:
    run("mount", "--make-rprivate", "/")
    for folder in FOLDERS:
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True, timeout=30)
    for folder in ("cib", "cores", "pengine", "blackbox", "fenced"):
        os.makedirs(f"/var/lib/pacemaker/{folder}")
    for folder in ("/run/crm", "/run/lock", "/run/resource-agents", "/var/log/pacemaker", "/var/log/corosync"):
        os.makedirs(folder, exist_ok=True)
    for folder in ("/var/lib/pacemaker", "/run/crm", "/var/log/pacemaker"):
        run("chown", "-R", "hacluster:haclient", folder)
    socket.sethostname("node1")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=30)
    with open("/etc/corosync/corosync.conf", "w", encoding="ascii") as file:
        file.write(COROSYNC)
    environment = {
        **os.environ,
        "PCMK_logfile": "/var/log/pacemaker/pacemaker.log",
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    subprocess.Popen(["corosync", "-f"], env=environment, **quiet)
    time.sleep(1)
    subprocess.Popen([shutil.which("pacemakerd", path="/usr/sbin") or "pacemakerd", "-f"], env=environment, **quiet)
    deadline = time.monotonic() + 90
    while run("crmadmin", "-q", "-S", "node1").stdout.strip() != "S_IDLE":
        if time.monotonic() > deadline:
            print("the DC did not come up", flush=True)
            sys.exit(1)
        time.sleep(0.5)
    print("ready", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
