#!/usr/bin/env bash
# deploy.sh DIRECTORY — the deployment as a careful engineer would script it: the commands of the panel's plan in the plan's order,
# side by side where the plan says so, waiting at each barrier for the same state on the machines. DIRECTORY/plan.sh (made by
# deploy-input.ts) says for what. Needs bash, OpenSSH, curl and coreutils. Prints one line per barrier with the seconds so far.
# shellcheck disable=SC2154 # plan.sh assigns them
set -euo pipefail
cd "$1"
# shellcheck source=/dev/null
. ./plan.sh

# How long to rest between two looks at something that is not so yet. Shorter: looking itself (each `ceph` is a Python start) takes
# the processor from what is waited for. Longer: idle time at every barrier.
rest=0.3
# What has not come within this has failed.
patience=180

on() {
  local node=$1
  shift
  ssh -F none -i "$key" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    -o ControlMaster=auto -o ControlPath="$PWD/%h" -o ControlPersist=60 -o Ciphers=aes128-gcm@openssh.com \
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
  shift
  for node in "$@"; do
    "$act" "$node" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return $failed
}
barrier() { printf '%6.1f s  %s\n' "$(($(date +%s%N) / 1000000 - began))e-3" "$1"; }

packages() {
  local missing
  missing=$(on "$1" "PATH=\$PATH:/usr/sbin:/sbin:/usr/libexec; for tool in $tools; do command -v \$tool >/dev/null || echo \$tool; done")
  if [ -n "$missing" ]; then
    echo "$1 lacks $missing" >&2
    return 1
  fi
}
# send NODE LOCAL REMOTE SHA256 MODE
send() {
  on "$1" "mkdir -p ${3%/*} && cat > $3.part && echo '$4  $3.part' | sha256sum --quiet -c && chmod $5 $3.part && mv -f $3.part $3" < "$2"
}
prepare() {
  packages "$1" &
  local checking=$!
  send "$1" "$suite" /usr/sbin/zsha "$suite_sha256" 0755 &
  local sending=$!
  send "$1" "$consul" /var/lib/trivet/consul "$consul_sha256" 0755
  wait $checking
  wait $sending
  on "$1" '/usr/sbin/zsha -v && /var/lib/trivet/consul version' > /dev/null
}

change_networks() {
  on "$1" systemd-run --quiet --wait --pipe --collect /usr/sbin/zsha net-apply --json - < "net-apply-$1.json" > /dev/null 2>> said
}
answers() { on "$1" true; }
is_back() { until_so "$1 is back" answers "$1"; }
# Every pair of this node at once: first small packets, then unfragmented ones of the planned MTU.
ping_all() {
  on "$1" "set -e; pids=; $(pings "$1") for pid in \$pids; do wait \$pid; done"
}
pings() {
  local from ip mtu
  while read -r from _ ip mtu; do
    [ "$from" = "$1" ] || continue
    echo "(ping -n -q -c 3 -i 0.2 -W 2 $ip && ping -n -q -c 3 -i 0.2 -W 2 -M do -s $((mtu - 28)) $ip) >/dev/null & pids=\"\$pids \$!\";"
  done < probes
}
passes() { ping_all "$1" || return 1; }
links_pass() { until_so "every pair of $1" passes "$1"; }
keep_networks() { on "$1" /usr/sbin/zsha net-commit --json > /dev/null; }
networks() {
  each change_networks "${nodes[@]}"
  each is_back "${nodes[@]}"
  each links_pass "${nodes[@]}"
  each keep_networks "${nodes[@]}"
}

make_keys() {
  on "$first" "mkdir -p /etc/ceph &&
    ceph-authtool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin \
      --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' --cap mds 'allow *' &&
    ceph-authtool --create-keyring /etc/ceph/trivet.mon.keyring --gen-key -n mon. --cap mon 'allow *' &&
    ceph-authtool /etc/ceph/trivet.mon.keyring --import-keyring /etc/ceph/ceph.client.admin.keyring" > /dev/null 2>> said
  umask 077
  on "$first" cat /etc/ceph/ceph.client.admin.keyring > admin.keyring
  on "$first" cat /etc/ceph/trivet.mon.keyring > mon.keyring
}
spread_keys() {
  tar -c ceph.conf admin.keyring mon.keyring | on "$1" "mkdir -p /etc/ceph && cd /etc/ceph && tar -x --no-same-owner &&
    chmod 0644 ceph.conf && mv -f admin.keyring ceph.client.admin.keyring && mv -f mon.keyring trivet.mon.keyring &&
    chown ceph:ceph trivet.mon.keyring && $monmap" > /dev/null 2>> said
}
ceph_keys() {
  make_keys
  each spread_keys "${nodes[@]}"
}

in_quorum() {
  on "$1" ceph daemon "mon.$1" mon_status --format json 2>/dev/null | grep -q "\"quorum\":\[$quorum\]"
}
monitor() {
  on "$1" "install -d -o ceph -g ceph /var/lib/ceph/mon/ceph-$1 &&
    ceph-mon --mkfs -i $1 --monmap /etc/ceph/trivet.monmap --keyring /etc/ceph/trivet.mon.keyring --setuser ceph --setgroup ceph &&
    systemctl enable --now ceph-mon@$1" 2>> said
  until_so "mon.$1 in quorum" in_quorum "$1"
}

mgr_known() {
  on "$1" "$ceph mgr dump --format json" | grep -q "\"active_name\":\"$1\"\|\"gid\":[0-9]*,\"name\":\"$1\""
}
manager() {
  on "$1" "install -d -o ceph -g ceph /var/lib/ceph/mgr/ceph-$1 &&
    $ceph auth get-or-create mgr.$1 mon 'allow profile mgr' osd 'allow *' mds 'allow *' -o /var/lib/ceph/mgr/ceph-$1/keyring &&
    chown -R ceph:ceph /var/lib/ceph/mgr/ceph-$1 && systemctl enable --now ceph-mgr@$1" 2>> said
  until_so "mgr.$1 is known" mgr_known "$1"
}

osd_up() {
  on "$1" "$ceph osd dump --format json" | grep -q "\"uuid\":\"$2\",\"up\":1,\"in\":1"
}
osd() {
  local disk=${disk_of[$1]} uuid=${osd_uuid[$1]}
  on "$1" bash -s <<OSD >> said 2>&1
set -e
[ "\$(lsblk --noheadings --bytes --output SIZE $disk | tr -d ' ')" = "${disk_bytes[$1]}" ]
[ -z "\$(wipefs --noheadings --output TYPE $disk)" ]
id=\$($ceph osd new $uuid)
data=/var/lib/ceph/osd/ceph-\$id
wipefs --all $disk
install -d -o ceph -g ceph \$data
ln -sfn $disk \$data/block
chown ceph:ceph $disk
$ceph auth get-or-create osd.\$id mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *' -o \$data/keyring
chown -R ceph:ceph \$data
ceph-osd -i \$id --mkfs --osd-uuid $uuid --setuser ceph --setgroup ceph
mkdir -p /etc/systemd/system/ceph-osd@\$id.service.d
printf '[Service]\nExecStartPre=+/bin/chown ceph:ceph $disk\n' > /etc/systemd/system/ceph-osd@\$id.service.d/disk.conf
systemctl daemon-reload
systemctl enable --now ceph-osd@\$id
OSD
  until_so "the OSD of $1 is up" osd_up "$1" "$uuid"
}

pgs_active() {
  local states
  states=$(on "$first" "$ceph pg ls-by-pool $pool --format json" | tr '{,' '\n' | grep '^"state":') || return 1
  ! grep -qv '"active\|+active' <<< "$states"
}
make_pool() {
  on "$first" "set -e
    $ceph osd pool create $pool $pg_num $pg_num replicated
    $ceph osd pool set $pool size $replicas
    $ceph osd pool set $pool min_size $min_size
    $ceph osd pool application enable $pool rbd
    $ceph auth get-or-create client.zsha $suite_caps" >> said 2>&1
  until_so "placement groups active" pgs_active
}

import_image() {
  local target=$pool/mnvm.img
  on "$first" "set -e
    rbd create --size ${image_bytes}B --image-feature layering,exclusive-lock,object-map,fast-diff,deep-flatten $target.import
    rbd image-meta set $target.import trivet.import 'importing $image_sha256 1'
    qemu-img convert -p -n --target-is-zero -W -m 8 -f qcow2 -O raw $staged rbd:$target.import
    rbd image-meta set $target.import trivet.import 'imported $image_sha256'
    rbd rename $target.import $target
    rbd info --format json $target | grep -q exclusive-lock
    qemu-img compare -p -f qcow2 -F raw $staged rbd:$target
    rbd image-meta set $target trivet.import 'compared $image_sha256'" >> said 2>&1
}

setup_node() {
  local key_text=$suite_key text
  text=$(< "setup-node-$1.json")
  printf %s "${text//@CEPH_KEY@/$key_text}" | on "$1" systemd-run --quiet --wait --pipe --collect /usr/sbin/zsha setup-node --json - > /dev/null 2>> said
  on "$1" systemctl is-active --quiet consul.service zsha.service
}
setup_cluster() {
  local text
  text=$(< setup-cluster.json)
  printf %s "${text//@CEPH_KEY@/$suite_key}" |
    on "$first" systemd-run --quiet --wait --pipe --collect /usr/sbin/zsha setup-cluster --json - > /dev/null 2>> said
}

vm_runs() {
  local status
  status=$(on "$first" /usr/sbin/zsha status --json) || true
  grep -q '"managementVm":{"state":"running"' <<< "$status" &&
    [ "$(grep -o '"ip":"[0-9.]*","state":"running"' <<< "$status" | wc -l)" -eq ${#nodes[@]} ]
}
page_answers() { curl --silent --output /dev/null --max-time 2 "http://$vm_ip:5000/"; }

api() { curl --silent --fail --max-time 10 --header 'content-type: application/json' "$@"; }
reserve_memory() {
  local base=http://$vm_ip:8080/zstack/v1 digest session location
  digest=$(sha512sum < platform-password | cut -d' ' -f1)
  session=$(printf '{"logInByAccount":{"accountName":"%s","password":"%s"}}' "$platform_user" "$digest" |
    api -X PUT --data @- "$base/accounts/login" | grep -o '"uuid":"[^"]*"' | head -n 1 | cut -d'"' -f4)
  location=$(api -X PUT --header "authorization: OAuth $session" --data "{\"updateGlobalConfig\":{\"value\":\"$reserved_memory\"}}" \
    "$base/global-configurations/kvm/reservedMemory/actions" | grep -o '/api-jobs/[^"]*' || true)
  job_done() { [ "$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 10 --header "authorization: OAuth $session" "$base$location")" = 200 ]; }
  if [ -n "$location" ]; then until_so "the setting's job" job_done; fi
  api --header "authorization: OAuth $session" "$base/global-configurations" | grep -q "\"$reserved_memory\""
  api -X DELETE --header "authorization: OAuth $session" "$base/accounts/sessions/$session" > /dev/null
}

began=$(($(date +%s%N) / 1000000))
# One login a node, shared by everything after it.
each answers "${nodes[@]}"
each prepare "${nodes[@]}"
barrier "executables are on the nodes"
networks
barrier "networks are changed and kept"
send "$first" "$image" "$staged" "$image_sha256" 0600 &
staging=$!
ceph_keys
barrier "Ceph's keys are on the nodes"
each monitor "${nodes[@]}"
barrier "monitors are in quorum"
each manager "${managers[@]}" &
managing=$!
each osd "${nodes[@]}"
wait $managing
barrier "managers are known, OSDs are up"
make_pool
barrier "placement groups are active"
wait $staging
import_image &
importing=$!
suite_key=$(on "$first" "$ceph auth print-key client.zsha")
each setup_node "${nodes[@]}"
wait $importing
barrier "nodes are set up, image is imported and compared"
setup_cluster
barrier "cluster is set up"
until_so "the management VM runs" vm_runs
until_so "the management VM's page answers" page_answers
barrier "management VM answers"
reserve_memory
barrier "memory is reserved"
