# bash -c THIS outside-ceph NAME IP NIC DISK POOL CAPS…, inside the storage node: one monitor, one manager, one OSD that keep one copy.
# Prints the key of client.zsha. A Ceph the panel has not made, as small as one can be.
set -euo pipefail
name=$1 ip=$2 nic=$3 disk=$4 pool=$5
shift 5
# The members get their storage network from the deployment; this machine is none.
ip link set "$nic" up mtu 9000
ip address replace "$ip/24" dev "$nic"
fsid=$(cat /proc/sys/kernel/random/uuid)
mkdir -p /etc/ceph
cat > /etc/ceph/ceph.conf <<CONF
[global]
fsid = $fsid
mon initial members = $name
mon host = [v2:$ip:3300,v1:$ip:6789]
public addr = $ip
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
osd pool default pg autoscale mode = off
[osd]
osd memory target = 939524096
CONF
tool() { ceph-authtool "$@" > /dev/null; }
tool --create-keyring /tmp/mon.keyring --gen-key -n mon. --cap mon 'allow *'
tool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin \
  --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
tool /tmp/mon.keyring --import-keyring /etc/ceph/ceph.client.admin.keyring
monmaptool --create --clobber --fsid "$fsid" --addv "$name" "[v2:$ip:3300,v1:$ip:6789]" /tmp/monmap > /dev/null
chown ceph:ceph /tmp/mon.keyring /tmp/monmap
install -d -o ceph -g ceph "/var/lib/ceph/mon/ceph-$name" "/var/lib/ceph/mgr/ceph-$name"
ceph-mon --mkfs -i "$name" --monmap /tmp/monmap --keyring /tmp/mon.keyring --setuser ceph --setgroup ceph
systemctl enable --now --quiet "ceph-mon@$name"
ask() { ceph --connect-timeout 30 "$@"; }
ask auth get-or-create "mgr.$name" mon 'allow profile mgr' osd 'allow *' mds 'allow *' -o "/var/lib/ceph/mgr/ceph-$name/keyring"
chown -R ceph:ceph "/var/lib/ceph/mgr/ceph-$name"
systemctl enable --now --quiet "ceph-mgr@$name"
uuid=$(cat /proc/sys/kernel/random/uuid)
id=$(ask osd new "$uuid")
data=/var/lib/ceph/osd/ceph-$id
install -d -o ceph -g ceph "$data"
ln -sfn "$disk" "$data/block"
chown ceph:ceph "$disk"
ask auth get-or-create "osd.$id" mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *' -o "$data/keyring"
chown -R ceph:ceph "$data"
ceph-osd -i "$id" --mkfs --osd-uuid "$uuid" --setuser ceph --setgroup ceph > /dev/null 2>&1
systemctl enable --now --quiet "ceph-osd@$id"
ask osd pool create "$pool" 32 32 > /dev/null 2>&1
ask osd pool application enable "$pool" rbd > /dev/null 2>&1
for _ in $(seq 120); do
  if ask pg ls-by-pool "$pool" --format json 2> /dev/null | grep -q '"state":"active+clean"'; then break; fi
  sleep 1
done
ask auth get-or-create client.zsha "$@" > /dev/null
ask auth print-key client.zsha
