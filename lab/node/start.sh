#!/bin/bash
# One node's mainboard: starts its container and starts it again when the node asks for a reboot. The pid of this script
# is on disk before anything exists that could be left behind.
# Runs in a mount namespace of its own: the node's mounts end with its last process, and no other node holds a copy.
# usage: start.sh RECORD NAMESPACE HOSTNAME SYSTEM_DISK HOME LOWER_LAYERS [DISK...]
set -euo pipefail
record=$1 namespace=$2 hostname=$3 system_disk=$4 home=$5 lower=$6
shift 6

stat=$(</proc/$$/stat)
read -ra fields <<<"${stat##*) }"
printf '%s %s\n' $$ "${fields[19]}" >"$record.new"
mv "$record.new" "$record"

# nspawn would put every container into the same two cgroups of the caller (payload, supervisor), and the systemds in
# them would stop each other's services. So each node enters cgroups of its own first.
enter_cgroup() {
  mkdir -p "$1/$namespace"
  echo $$ >"$1/$namespace/cgroup.procs"
}
while read -r _ mount_point type options _; do
  case "$type:,$options," in
    cgroup2:*) enter_cgroup "$mount_point" ;;
    cgroup:*,name=systemd,* | cgroup:*,memory,* | cgroup:*,pids,*) enter_cgroup "$mount_point" ;;
  esac
done </proc/self/mounts

system=$home/system root=$home/root
mkdir -p "$system" "$root"
mount -o loop,noatime "$system_disk" "$system"
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
