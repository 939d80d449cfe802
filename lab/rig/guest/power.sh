#!/bin/bash
# A node's power inside the rig's machine. usage: power.sh on NAME NAMESPACE BEGIN_ARGUMENTS... | cut|halt|release NAME NAMESPACE
set -euo pipefail
here=$(dirname "$0")
verb=$1 name=$2 namespace=$3
shift 3
home=/run/trivet/nodes/$name record=/run/trivet/nodes/$name/supervisor.pid group=/sys/fs/cgroup/$namespace

running() { [ -e "$record" ] && read -r parent _ <"$record" && kill -0 "$parent" 2>/dev/null; }
populated() { [ -e "$group/cgroup.events" ] && grep -q '^populated 1' "$group/cgroup.events"; }

case $verb in
  on)
    ! running || exit 0
    mkdir -p "$home"
    setsid unshare --mount --propagation slave "$here/begin.sh" "$record" "$namespace" "$here/start.sh" "$namespace" "$name" "$@" \
      </dev/null >>"$home/console.log" 2>&1 &
    until [ -e "$record" ]; do sleep 0.1; done
    ;;
  cut)
    [ ! -e "$group/cgroup.kill" ] || echo 1 >"$group/cgroup.kill"
    ;;
  halt)
    running || exit 0
    read -r nspawn _ <"/proc/$parent/task/$parent/children"
    read -r init _ <"/proc/$nspawn/task/$nspawn/children"
    kill -s RTMIN+3 "$init"
    while running; do sleep 0.3; done
    ;;
  release)
    while populated; do
      echo 1 >"$group/cgroup.kill"
      sleep 0.1
    done
    [ ! -e "$group" ] || find "$group" -depth -type d -exec rmdir {} +
    rm -rf "$record" "/run/systemd/nspawn/propagate/$namespace"
    ;;
esac
