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
# A kernel that starts anew knows no bonds, bridges and addresses, and its network cards are down; this namespace outlives
# its container. A network stack that finds devices of an earlier life takes apart what it has just made.
forget_network() {
  local kind name
  for kind in vlan bridge bond tun dummy; do
    ip -netns "$namespace" -brief link show type "$kind" | while read -r name _; do
      ip -netns "$namespace" link delete "${name%%@*}" || true
    done
  done
  ip -netns "$namespace" -brief link show type veth | while read -r name _; do
    printf '%s\n' "link set ${name%%@*} down mtu 1500" "address flush dev ${name%%@*}"
  done | ip -netns "$namespace" -force -batch -
  nsenter --net="/run/netns/$namespace" nft flush ruleset
}

# nspawn's way to say that the container rebooted.
reboot_wanted=133
status=$reboot_wanted
while [ "$status" = "$reboot_wanted" ]; do
  status=0
  nsenter --net="/run/netns/$namespace" systemd-nspawn --quiet --boot --register=no --keep-unit \
    --kill-signal=SIGRTMIN+3 --directory="$root" --machine="$namespace" --hostname="$hostname" \
    --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
    --capability=all --drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE --rlimit=NOFILE=1048576 "${binds[@]}" || status=$?
  [ "$status" != "$reboot_wanted" ] || forget_network || echo "the network of the life before could not be taken away"
done
