#!/bin/bash
# One node's mainboard: starts its container and starts it again when the node asks for a reboot. Comes from begin.sh.
# Runs in a mount namespace of its own: the node's mounts end with its last process, and no other node holds a copy.
# usage: start.sh NAMESPACE HOSTNAME SYSTEM_DISK HOME LOWER_LAYERS [DISK...]
set -euo pipefail
namespace=$1 hostname=$2 system_disk=$3 home=$4 lower=$5
shift 5

system=$home/system root=$home/root
mkdir -p "$system" "$root"
mount -o noatime "$system_disk" "$system"
mkdir -p "$system/upper" "$system/work"
mount -t overlay "$namespace" -o "lowerdir=$lower,upperdir=$system/upper,workdir=$system/work" "$root"

binds=(--bind=/dev/net/tun)
for disk in "$@"; do binds+=("--bind=$disk"); done

# nsenter, not --network-namespace-path: only so does the container's /sys/class/net show its own interfaces.
# No CAP_SYS_TIME: the nodes share the machine's clock and must not set it. No CAP_SYS_MODULE either.
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=1
# nspawn's way to say that the container rebooted.
reboot_wanted=133
status=$reboot_wanted
while [ "$status" = "$reboot_wanted" ]; do
  status=0
  nsenter --net="/run/netns/$namespace" systemd-nspawn --quiet --boot --register=no --keep-unit \
    --kill-signal=SIGRTMIN+3 --directory="$root" --machine="$namespace" --hostname="$hostname" \
    --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
    --capability=all --drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE --rlimit=NOFILE=1048576 "${binds[@]}" || status=$?
done
