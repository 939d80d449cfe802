#!/bin/bash
# Becomes COMMAND, after its pid is on disk and it is in control groups of its own: whatever it starts can be found and
# ended, also when the lab was killed a moment later. usage: begin.sh RECORD GROUP COMMAND...
set -euo pipefail
record=$1 group=$2
shift 2

stat=$(</proc/$$/stat)
read -ra fields <<<"${stat##*) }"
printf '%s %s\n' $$ "${fields[19]}" >"$record.new"
mv "$record.new" "$record"

# nspawn would put every container into the same two cgroups of the caller (payload, supervisor), and the systemds in
# them would stop each other's services. So each node enters cgroups of its own first.
enter_cgroup() {
  mkdir -p "$1/$group"
  echo $$ >"$1/$group/cgroup.procs"
}
while read -r _ mount_point type options _; do
  case "$type:,$options," in
    cgroup2:*) enter_cgroup "$mount_point" ;;
    cgroup:*,name=systemd,* | cgroup:*,memory,* | cgroup:*,pids,*) enter_cgroup "$mount_point" ;;
  esac
done </proc/self/mounts
exec "$@"
