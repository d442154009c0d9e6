#!/usr/bin/env bash
# Installs what is missing, and only that: Debian packages with apt, then .venv with pip.
# Usage: tools/setup.sh run|lab|test     run: what pacewright and the demo need; lab: `pacewright lab` too;
# test: everything, for the tests and the bench.
# With everything in place it needs neither root nor network. PYTHON names the interpreter for .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
purpose=${1:?usage: tools/setup.sh run|lab|test}

# program (or file): the Debian package that has it
needs_run=(
  "cibadmin pacemaker-cli-utils"
  "crm_simulate pacemaker-cli-utils"
  "crm_diff pacemaker-cli-utils"
  "dot graphviz"
)
needs_lab=(
  "systemd-nspawn systemd-container"
  "mmdebstrap mmdebstrap"
  "nft nftables"
  "ip iproute2"
  "nsenter util-linux"
  "mount mount"
  "/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring"
)
needs_test=(
  "crm crmsh"
  "pcs pcs"
  "/usr/lib/pacemaker/pacemaker-schedulerd pacemaker" # crmsh and pcs ask the daemons for their metadata
  "corosync corosync"
  "fence_ipmilan fence-agents"
  "ssh openssh-client"
  "sshd openssh-server" # for tests of ssh:HOST, which run one of their own on the loopback device
)
daemon_packages=(pacemaker pacemaker-remote corosync pcs cluster-glue openssh-server)
policy=/usr/sbin/policy-rc.d
policy_mark="# written by pacewright's tools/setup.sh: packages start no service while it installs"

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

present() { # a program on the path, or a file
  case $1 in /*) [ -e "$1" ] ;; *) command -v "$1" >/dev/null ;; esac
}

usable_python() { # prints the first Python 3.11+ that can make virtual environments
  local each
  for each in "${PYTHON:-/usr/bin/python3}" python3 python3.13 python3.12 python3.11; do
    if "$each" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$each"
      return
    fi
  done
  return 1
}

missing_packages() { # one a line
  local need needs=("${needs_run[@]}")
  [ "$purpose" = run ] || needs+=("${needs_lab[@]}")
  [ "$purpose" != test ] || needs+=("${needs_test[@]}")
  for need in "${needs[@]}"; do
    present "${need% *}" || echo "${need#* }"
  done | sort -u
  # .venv holds its own Python once it is made
  [ -x .venv/bin/python ] || usable_python >/dev/null || printf '%s\n' python3 python3-venv
}

install_packages() { # names of packages
  say "missing: $*"
  if ! command -v apt-get >/dev/null; then
    fail "no apt here. Install the programs these Debian packages hold (elsewhere: pacemaker's command line tools" \
      "with its schemas, graphviz, python3 >= 3.11; for tests pacemaker, corosync, crmsh, pcs, fence-agents, iproute2), then run this again"
  fi
  [ "$(id -u)" = 0 ] || fail "not root. Run as root: apt-get install --no-install-recommends $*"
  say "reading the package lists (apt-get update)"
  apt-get update -qq || say "apt-get update failed; going on with the lists that are here"
  local planned new
  planned=$(LC_ALL=C apt-get --simulate --no-install-recommends install "$@") || fail "apt cannot install $*: $planned"
  if grep -q '^Remv ' <<<"$planned"; then
    fail "apt would remove packages of yours: $(awk '/^Remv /{print $2}' <<<"$planned" | xargs). Nothing was changed"
  fi
  new=$(awk '/^Inst /{print $2}' <<<"$planned" | sort)
  say "apt will install these $(wc -l <<<"$new") packages; none of their services will be started or enabled:"
  fmt -w 110 <<<"$(xargs <<<"$new")" | sed 's/^/    /'
  forbid_service_starts
  run_to_its_end apt-get install --yes --no-install-recommends -qq \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" || fail "apt-get install failed"
  disable_services "$new"
  allow_service_starts
}

# A command that an interrupt of ours must not outrun: dpkg goes on configuring packages after Ctrl-C, and would start
# their services if the policy below were gone by then. Its words are shown only if it fails.
run_to_its_end() {
  local log code=0 child interrupted=0
  log=$(mktemp)
  trap 'interrupted=1; say "interrupted; waiting for apt to end"' INT TERM HUP
  DEBIAN_FRONTEND=noninteractive setsid "$@" >"$log" 2>&1 </dev/null &
  child=$!
  while true; do
    code=0
    wait "$child" || code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  trap - INT TERM HUP
  [ "$code" = 0 ] || cat "$log" >&2
  rm -f "$log"
  [ "$interrupted" = 0 ] || exit 130
  return "$code"
}

forbid_service_starts() { # invoke-rc.d and deb-systemd-invoke ask this program; 101 means "not allowed"
  [ ! -e $policy ] || grep -qF "$policy_mark" $policy || return 0
  trap allow_service_starts EXIT
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >$policy
  chmod 755 $policy
}

allow_service_starts() {
  if grep -qsF "$policy_mark" $policy; then rm -f $policy; fi
}

disable_services() { # names of newly installed packages: their cluster daemons shall not start at the next boot either
  local package unit
  for package in "${daemon_packages[@]}"; do
    grep -qx "$package" <<<"$1" || continue
    for unit in $(dpkg -L "$package" | grep -E '^(/usr)?/lib/systemd/system/[^@]*\.service$'); do
      unit=$(basename "$unit")
      if command -v systemctl >/dev/null; then
        systemctl --quiet --no-reload disable "$unit" 2>/dev/null || true
      elif [ -e "/etc/init.d/${unit%.service}" ]; then
        update-rc.d "${unit%.service}" disable || true
      fi
    done
  done
}

stamp_key() { # what pip reads stands above the linters' settings
  printf '%s %s' "$(sed '/^\[tool\.ruff\]/,$d' pyproject.toml | sha256sum | cut -d' ' -f1)" "$PWD"
}

virtual_environment() { # .venv/.setup: what it was made for and from; a tree that has moved gets a new one
  local stamp=.venv/.setup key python extra clear='' enough
  local -A extras=([run]='' [lab]='[lab]' [test]='[dev]') covered=([run]='run lab test' [lab]='lab test' [test]=test)
  key=$(stamp_key)
  for enough in ${covered[$purpose]}; do
    if grep -qsxF "$enough $key" $stamp; then return 0; fi
  done
  if [ -f $stamp ] && ! grep -qF " $PWD" $stamp; then clear=--clear; fi
  if [ ! -x .venv/bin/python ] || [ -n "$clear" ]; then
    python=$(usable_python) || fail "no Python 3.11 or newer with the venv module; name one: PYTHON=/path/to/python3"
    say "making .venv with $python ($("$python" -V))"
    "$python" -m venv $clear .venv
  fi
  extra=${extras[$purpose]}
  say "installing pacewright$extra into .venv with pip (from PyPI, this once)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".$extra" ||
    fail "pip failed; it needs PyPI, or a mirror in PIP_INDEX_URL"
  printf '%s %s\n' "$purpose" "$key" >$stamp
}

case $purpose in run | lab | test) ;; *) fail "'$purpose' is none of run, lab, test" ;; esac
mapfile -t missing < <(missing_packages)
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
mapfile -t missing < <(missing_packages)
[ ${#missing[@]} = 0 ] || fail "still missing: ${missing[*]} (Python 3.11 or newer is needed)"
virtual_environment
.venv/bin/pacewright --version >/dev/null || fail ".venv/bin/pacewright does not start; remove .venv and run this again"
say "all here: $(.venv/bin/python -V), $(.venv/bin/pacewright --version)," \
  "$(crm_simulate --version | head -n1)"
say "the program is .venv/bin/pacewright; to have it at hand: export PATH=$PWD/.venv/bin:\$PATH"
