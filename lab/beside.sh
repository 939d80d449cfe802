#!/usr/bin/env bash
# beside.sh NAME COMMAND…: runs a command in a network of its own, so that a lab of that name can be up beside another one.
# Nothing outside is reached from there: fetch the lab's parts before. The lab's nodes end with what the command leaves running.
set -euo pipefail
export TRIVET_LAB=$1
shift
# Own names of network namespaces, and a /sys that shows the own network's devices; control groups stay the machine's.
exec unshare --net --mount bash -c '
  set -euo pipefail
  mkdir -p /run/netns
  mount -t tmpfs none /run/netns
  groups=$(mktemp -d)
  mount --rbind /sys/fs/cgroup "$groups"
  mount -t sysfs sysfs /sys
  mount --rbind "$groups" /sys/fs/cgroup
  umount -l "$groups"
  rmdir "$groups"
  ip link set lo up
  exec "$@"
' beside "$@"
