#!/bin/bash
# Makes the rig's disks: root file system with kernel modules, init and agent, and the network stacks beside it. No initramfs:
# the kernel finds NVMe and ext4 in itself. usage: build.sh WORK OUT   (WORK/root, WORK/stacks, WORK/kernel: the unpacked kernel package)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1 out=$2
root=$work/root
version=$(ls "$work/kernel/lib/modules")
modules=$work/kernel/lib/modules/$version
home=$root/usr/lib/trivet-rig

declare -A copied
copy_module() { # NAME
  local name=${1//-/_} file dependency
  [ -z "${copied[$name]:-}" ] || return 0
  copied[$name]=1
  file=$(find "$modules" -name "${name}.ko*" -o -name "${name//_/-}.ko*" | head -n 1)
  [ -n "$file" ] || return 0
  for dependency in $(modinfo -F depends "$file" | tr ',' ' '); do copy_module "$dependency"; done
  install -D -m 644 "$file" "$root/usr/lib/modules/$version/${file#"$modules/"}"
}
grep -v '^#' "$here/../modules.txt" >"$work/modules"
while read -r name; do copy_module "$name"; done <"$work/modules"
cp "$modules"/modules.{builtin,builtin.modinfo,order} "$root/usr/lib/modules/$version/"
depmod --basedir "$root/usr" "$version"
# Loading the driver must not make a bond of its own.
echo 'options bonding max_bonds=0' >"$root/etc/modprobe.d/trivet-rig.conf"

mkdir -p "$home"
install -m 755 "$here/init" "$here/flap" "$here/power.sh" "$here/../../node/begin.sh" "$here/../../node/start.sh" "$home/"
gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o "$home/agent" "$here/agent.c"
strip "$home/agent"

mkdir -p "$out"
cp "$work/kernel/boot/vmlinuz-$version" "$out/vmlinuz"
mke2fs -q -t ext4 -O ^has_journal,^metadata_csum -E lazy_itable_init=1,root_owner=0:0 -m 0 -d "$root" "$out/root.img" 1536M
# A disk of their own: overlay takes no layer that lies inside another one.
mke2fs -q -t ext4 -O ^has_journal,^metadata_csum -E lazy_itable_init=1,root_owner=0:0 -m 0 -d "$work/stacks" "$out/stacks.img" 256M
