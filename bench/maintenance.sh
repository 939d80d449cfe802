#!/usr/bin/env bash
# maintenance.sh DIRECTORY down|up — the manual's 2.1.2 as a careful engineer would script it: `down` is 2.1.2.1, `up` is 2.1.2.2 from
# the moment somebody goes to press the buttons. Same order, side by side where the manual allows it; after each step it waits for
# the state that step is there for, as the panel does. DIRECTORY/cluster.sh says for what, DIRECTORY/platform-password is the
# platform's. Needs bash, OpenSSH, curl and coreutils. Prints one line per step with the seconds so far.
# shellcheck disable=SC2154,SC2016 # cluster.sh assigns them; loops are run by the node
set -euo pipefail
cd "$1"
# shellcheck source=/dev/null
. ./cluster.sh

# How long to rest between two looks at something that is not so yet. Shorter: looking takes the processor from what is waited for.
rest=0.5
# What has not come within this has failed.
patience=600
# Nobody answers for this long: the machine counts as off. Shorter calls it off while disks are being flushed.
silence=10

on() {
  local node=$1
  shift
  ssh -F none -i "$key" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=3 \
    -o ServerAliveInterval=2 -o ServerAliveCountMax=3 -o ControlMaster=auto -o ControlPath="$PWD/%h" -o ControlPersist=60 \
    "root@${address[$node]}" "$@"
}
hang_up() {
  local status=$? node
  for node in "${nodes[@]}"; do
    ssh -F none -o ControlPath="$PWD/%h" -O exit "root@${address[$node]}" 2>/dev/null || true
  done
  if [ $status -ne 0 ]; then tail -n 20 said >&2; fi
  exit $status
}
: > said
trap hang_up EXIT

until_so() {
  local what=$1 deadline=$((SECONDS + patience))
  shift
  until "$@"; do
    if [ $SECONDS -ge $deadline ]; then
      echo "not seen in $patience s: $what" >&2
      return 1
    fi
    sleep $rest
  done
}
# Runs the function for every node at once; fails when one of them fails.
each() {
  local act=$1 node pids=() pid failed=0
  for node in "${nodes[@]}"; do
    "$act" "$node" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return $failed
}
step() { printf '%6.1f s  %s\n' "$(($(date +%s%N) / 1000000 - began))e-3" "$1"; }

api() { curl --silent --fail --noproxy '*' --max-time 10 --header 'content-type: application/json' "$@"; }
base=http://$platform:8080/zstack/v1
session=
log_in() {
  local digest
  digest=$(sha512sum < platform-password | cut -d' ' -f1)
  session=$(printf '{"logInByAccount":{"accountName":"%s","password":"%s"}}' "$platform_user" "$digest" |
    api -X PUT --data @- "$base/accounts/login" 2>> said | grep -o '"uuid":"[^"]*"' | head -n 1 | cut -d'"' -f4) && [ -n "$session" ]
}
ask() { api --header "authorization: OAuth $session" "$base$1"; }
tell() { api -X PUT --header "authorization: OAuth $session" --data "$2" "$base$1" >> said; }
log_out() { api -X DELETE --header "authorization: OAuth $session" "$base/accounts/sessions/$session" > /dev/null; }
# One host of the platform's list, by the address it has there.
host() { ask /hosts | tr '{' '\n' | grep "\"managementIp\":\"${address[$1]}\""; }
host_uuid() { host "$1" | grep -o '"uuid":"[^"]*"' | cut -d'"' -f4; }
host_is() {
  local found
  found=$(host "$1") && grep -q "\"state\":\"$2\"" <<< "$found" && { [ $# -lt 3 ] || grep -q "\"status\":\"$3\"" <<< "$found"; }
}
vm_ha() { tell /global-configurations/ha/enable/actions "{\"updateGlobalConfig\":{\"value\":\"$1\"}}"; }
vm_ha_is() { ask /global-configurations | tr '{' '\n' | grep '"category":"ha"' | grep '"name":"enable"' | grep -q "\"value\":\"$1\""; }

cluster_status() { on "$first" zsha status --json 2>> said || true; }
flags_are() {
  local flags
  flags=$(on "$first" ceph osd dump 2>> said | grep '^flags ') &&
    [ "$(tr ' ,' '\n' <<< "$flags" | grep -c '^noout$\|^nobackfill$\|^norecover$')" -eq "$1" ]
}

maintain() {
  tell "/hosts/$(host_uuid "$1")/actions" '{"changeHostState":{"stateEvent":"maintain"}}'
  until_so "$1 is in maintenance" host_is "$1" Maintenance
}
vm_stopped() { cluster_status | grep -q '"managementVm":{"state":"stopped"'; }
answers() { on "$1" true 2>> said; }
silent() {
  local deadline=$((SECONDS + silence))
  until answers "$1"; do
    if [ $SECONDS -ge $deadline ]; then return 0; fi
    sleep $rest
  done
  return 1
}
power_off() {
  on "$1" systemctl poweroff 2>> said || true
  until_so "$1 is off" silent "$1"
}

down() {
  log_in
  vm_ha false
  until_so "the platform keeps nothing running" vm_ha_is false
  step "VM HA is off"
  each maintain
  step "hosts are in maintenance"
  on "$first" zsha stop >> said
  until_so "the management VM is stopped" vm_stopped
  step "management VM is stopped"
  on "$first" 'for i in noout nobackfill norecover; do ceph osd set $i; done' >> said 2>&1
  until_so "the flags are set" flags_are 3
  step "Ceph's flags are set"
  each power_off
  step "nodes are off"
}

is_back() { until_so "$1 answers" answers "$1"; }
services_back() {
  local status count=${#nodes[@]}
  status=$(cluster_status)
  [ "$(grep -o '"status":"alive"' <<< "$status" | wc -l)" -eq "$count" ] && ! grep -q '"leader":null' <<< "$status" &&
    [ "$(grep -o '"inQuorum":true' <<< "$status" | wc -l)" -eq "$count" ] &&
    grep -q "\"osds\":{\"total\":$osds,\"up\":$osds,\"in\":$osds}" <<< "$status"
}
vm_runs() { cluster_status | grep -q '"managementVm":{"state":"running"'; }
enable() {
  local uuid
  uuid=$(host_uuid "$1")
  tell "/hosts/$uuid/actions" '{"changeHostState":{"stateEvent":"enable"}}'
  tell "/hosts/$uuid/actions" '{"reconnectHost":{}}'
  until_so "$1 is enabled and connected" host_is "$1" Enabled Connected
}
guests_back() { ask /vm-instances | tr '{' '\n' | grep '"name":"sample-never-stop"' | grep -q '"state":"Running"'; }
healthy() {
  local status pgs
  status=$(cluster_status)
  pgs=$(grep -o '"byState":{[^}]*}' <<< "$status") || return 1
  [ "$(grep -o '"active+clean[^"]*":[0-9]*' <<< "$pgs" | wc -l)" -eq "$(grep -o ':[0-9][0-9]*' <<< "$pgs" | wc -l)" ] &&
    [ "$(grep -o '"eligible":true' <<< "$status" | wc -l)" -ge $((${#nodes[@]} - 1)) ] && services_back
}

up() {
  each is_back
  step "nodes answer"
  until_so "Consul, monitors and OSDs are back" services_back
  step "Consul, monitors and OSDs are back"
  on "$first" 'for i in noout nobackfill norecover; do ceph osd unset $i; done' >> said 2>&1
  until_so "the flags are gone" flags_are 0
  step "Ceph's flags are gone"
  on "$first" zsha start >> said
  until_so "the management VM runs" vm_runs
  step "management VM runs"
  until_so "the platform answers" log_in
  step "platform answers"
  each enable
  step "hosts are enabled"
  vm_ha true
  until_so "the platform keeps its VMs running" vm_ha_is true
  until_so "VMs the platform keeps running run" guests_back
  step "VMs are back"
  until_so "the cluster is healthy" healthy
  step "cluster is healthy"
  log_out
}

began=$(($(date +%s%N) / 1000000))
"$2"
