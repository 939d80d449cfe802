# sh -c THIS collect-facts — prints what this node is, in sections "@@name". Reads only; needs POSIX sh, coreutils, util-linux and
# iproute2 (Debian, Ubuntu, RHEL and its kin from 7 on). A missing tool leaves its section empty, never ends the script.
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH

have() { command -v "$1" >/dev/null 2>&1; }
# A command may hang on a dead mount or a dead cluster; nothing here may take longer than this many seconds.
within() { if have timeout; then timeout 5 "$@" 2>/dev/null; else "$@" 2>/dev/null; fi; }
section() { printf '\n@@%s\n' "$1"; }
first_line() { line=; IFS= read -r line; printf '%.200s\n' "$line"; }
# The shell reads it itself: a server has dozens of these files, and each program started for one costs it a millisecond or two.
value_of() { value=; { IFS= read -r value <"$1"; } 2>/dev/null; printf '%s\n' "$value"; }

section host-name; uname -n
section boot-id; value_of /proc/sys/kernel/random/boot_id
section machine-id; value_of /etc/machine-id
section os-release; cat /etc/os-release /etc/redhat-release 2>/dev/null
section kernel; uname -r; uname -m
section cpu; grep -E '^(processor|model name|physical id|core id|cpu cores|siblings|flags|Model|CPU part)' /proc/cpuinfo | sort -u -k1,1 -k2 | cut -c 1-4000
section cpu-topology; within lscpu
section memory; grep MemTotal /proc/meminfo
section kvm; if [ -c /dev/kvm ] && (: <>/dev/kvm) 2>/dev/null; then echo usable; elif [ -c /dev/kvm ]; then echo present; fi
section bonding
if [ -e /sys/class/net/bonding_masters ] || [ -d /sys/module/bonding ] || within modinfo bonding >/dev/null ||
  grep -qs '/bonding\.ko' "/lib/modules/$(uname -r)/modules.builtin"; then echo available; fi
section time-zone
zone=$(within timedatectl show -p Timezone --value)
[ -n "$zone" ] || zone=$(readlink /etc/localtime 2>/dev/null | sed 's|.*/zoneinfo/||')
[ -n "$zone" ] || zone=$(value_of /etc/timezone)
echo "${zone:-UTC}"

section nics
for path in /sys/class/net/*; do
  [ -e "$path/ifindex" ] || continue
  name=${path##*/}
  [ "$name" != lo ] || continue
  driver=; [ ! -e "$path/device/driver" ] || driver=$(readlink "$path/device/driver" 2>/dev/null); driver=${driver##*/}
  # A link without hardware behind it names its driver only to ethtool (veth, virtio in containers).
  [ -n "$driver" ] || driver=$(within ethtool -i "$name" | sed -n 's/^driver: //p')
  type=virtual
  [ -e "$path/device" ] && type=physical
  # What a test cluster plugs in for a NIC has no device; it is used as one.
  [ "$driver" = veth ] && type=physical
  [ -d "$path/bridge" ] && type=bridge
  [ -d "$path/bonding" ] && type=bond
  [ -e "/proc/net/vlan/$name" ] && type=vlan
  master=; [ ! -e "$path/master" ] || master=$(readlink "$path/master" 2>/dev/null); master=${master##*/}
  # Bond members share the bond's address; the NIC's own is kept beside it.
  mac=$(value_of "$path/bonding_slave/perm_hwaddr"); [ -n "$mac" ] || mac=$(value_of "$path/address")
  printf 'name=%s mac=%s speed=%s carrier=%s flags=%s mtu=%s driver=%s type=%s master=%s\n' "$name" "$mac" \
    "$(value_of "$path/speed")" "$(value_of "$path/carrier")" "$(value_of "$path/flags")" "$(value_of "$path/mtu")" \
    "$driver" "$type" "$master"
done
section lldp; within lldpcli -f json show neighbors
section addresses; ip -o addr show 2>/dev/null
section default-route; ip -4 route show default 2>/dev/null; ip -6 route show default 2>/dev/null

section block-devices; within lsblk -bPpo NAME,TYPE,SIZE,ROTA,RO,MODEL,SERIAL,MOUNTPOINT,FSTYPE,PKNAME
section loop-files; within losetup -nl -O NAME,BACK-FILE
section disk-evidence
swaps=$(cut -d' ' -f1 /proc/swaps 2>/dev/null)
lsblk -bdnpro NAME,TYPE,SIZE 2>/dev/null | while read -r device type size; do
  case $type in disk | loop | mpath) ;; *) continue ;; esac
  [ -b "$device" ] || continue
  [ "$type" != loop ] || [ "$size" -gt 1073741824 ] || continue
  echo "device=$device"
  for holder in /sys/class/block/"${device##*/}"/holders/*; do [ -e "$holder" ] && echo "holder=${holder##*/}"; done
  within wipefs -n "$device" | sed -n '1!p' | sed 's/^/signature=/'
  within blkid -p -o export "$device" | grep -E '^(TYPE|PTTYPE)=' | sed 's/^/probe=/'
  for swap in $swaps; do [ "$swap" = "$device" ] && echo "swap=yes"; done
  if ! (exec 3<"$device") 2>/dev/null; then echo "head=unreadable"
  # A bare Ceph OSD: no partition table and nothing that wipefs of older systems knows.
  elif [ "$(within dd if="$device" bs=22 count=1 2>/dev/null)" = "bluestore block device" ]; then echo "signature=0x0 ceph_bluestore"; echo "head=data"
  elif [ "$(within dd if="$device" bs=65536 count=16 2>/dev/null | tr -d '\000' | head -c 1 | wc -c)" -eq 0 ]; then echo "head=zero"
  else echo "head=data"; fi
done

section mounts; within df -PTB1 -x tmpfs -x devtmpfs -x squashfs -x efivarfs
section hosts-file; cat /etc/hosts 2>/dev/null

section tools
tool() { name=$1; shift; if have "$name"; then printf '%s\t%s\n' "$name" "$(within "$@" </dev/null | first_line)"; else printf '%s\n' "$name"; fi; }
libvirtd_is() { for path in libvirtd virtqemud; do have $path && { echo $path; return; }; done; echo libvirtd; }
if [ -d /run/systemd/system ]; then printf 'systemd\t%s\n' "$(within systemctl --version | first_line)"; else echo systemd; fi
tool consul consul version
tool ceph ceph --version
tool rbd rbd --version
tool rados rados --version
tool ceph-mon ceph-mon --version
tool ceph-osd ceph-osd --version
tool ceph-mgr ceph-mgr --version
tool qemu-img qemu-img --version
# RHEL keeps the emulator out of PATH.
if [ -x /usr/libexec/qemu-kvm ] && ! have qemu-system-x86_64; then
  printf 'qemu-system-x86_64\t%s\n' "$(within /usr/libexec/qemu-kvm --version | first_line)"
else tool qemu-system-x86_64 qemu-system-x86_64 --version; fi
tool virsh virsh --version
daemon=$(libvirtd_is)
if have "$daemon"; then printf 'libvirtd\t%s\n' "$(within "$daemon" --version | first_line)"; else echo libvirtd; fi
tool chronyd chronyd --version
tool ip ip -V
tool ping ping -V
tool arping arping -V
tool ethtool ethtool --version
tool nft nft --version

section package-manager; for one in apt-get dnf yum; do have $one && { echo $one; break; }; done
section network-stack
units='systemd-networkd NetworkManager networking network'
# One word for each, in this order.
set -- $(within systemctl is-active systemd-networkd.service NetworkManager.service networking.service network.service)
for unit in $units; do
  [ "${1:-}" != active ] || echo "$unit"
  [ $# -eq 0 ] || shift
done
[ -s /etc/network/interfaces ] && grep -qsE '^[[:space:]]*iface[[:space:]]+[^l]' /etc/network/interfaces /etc/network/interfaces.d/* && echo interfaces-file
ls /etc/sysconfig/network-scripts/ifcfg-* 2>/dev/null | grep -qv ifcfg-lo && echo ifcfg-files

section membership
for path in /var/lib/consul/raft /opt/consul/raft; do [ -e "$path" ] && echo "consul=$path"; done
within systemctl is-active --quiet consul.service && echo "consul=running"
for path in /etc/ceph/ceph.conf; do
  [ -s "$path" ] && echo "ceph=$(sed -n 's/^[[:space:]]*fsid[[:space:]]*=[[:space:]]*//p' "$path" | head -n 1)"
done
[ -x /usr/sbin/zsha ] && echo "suite=$(within /usr/sbin/zsha --version </dev/null | first_line)"
section cluster-file; cat /etc/zsha/cluster.json 2>/dev/null
section end
