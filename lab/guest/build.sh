#!/bin/bash
# Builds the management VM's image. The packages are already downloaded; runs in a mount namespace of its own.
# usage: build.sh WORK_FOLDER NODE_ROOT OUT.qcow2   (WORK_FOLDER/debs: kernel, guest agent, busybox)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1 node_root=$2 out=$3
packages=$work/packages initramfs=$work/initramfs root=$work/root disk=$work/disk.raw

# 1 MiB gap for the boot code, 72 MiB file system, 16 MiB ring of the witness (docs/lab.md names this offset).
sector=512 root_start=2048 root_sectors=147456 ring_sectors=32768
ring_start=$((root_start + root_sectors))

for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$packages"; done
kernel=$(echo "$packages"/boot/vmlinuz-*)
modules=$packages/lib/modules/${kernel##*/vmlinuz-}
busybox=$packages/bin/busybox
[ -e "$busybox" ] || busybox=$packages/usr/bin/busybox

# Copies modules with what they depend on and writes the order to load them in. Built-in ones have no file: skipped.
declare -A copied
copy_module() { # DESTINATION NAME
  local name=${2//-/_} file dependency
  [ -z "${copied[$1/$name]:-}" ] || return 0
  copied[$1/$name]=1
  file=$(find "$modules" -name "${name}.ko*" -o -name "${name//_/-}.ko*" | head -n 1)
  [ -n "$file" ] || return 0
  for dependency in $(modinfo -F depends "$file" | tr ',' ' '); do copy_module "$1" "$dependency"; done
  cp "$file" "$1/"
  echo "${file##*/}" >>"$1/order"
}

mkdir -p "$initramfs"/{bin,dev,proc,sys,root,modules}
cp "$busybox" "$initramfs/bin/busybox"
cp "$here/initramfs/init" "$initramfs/init"
for name in virtio_pci virtio_blk ext4; do copy_module "$initramfs/modules" "$name"; done
(cd "$initramfs" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$work/initrd.img"

mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,dev,proc,sys,run,tmp,root,mnt,var/lib/platform,var/run,lib/modules,lib/x86_64-linux-gnu,lib64,boot/extlinux}
cp "$busybox" "$root/bin/busybox"
for applet in $("$busybox" --list); do [ "$applet" = busybox ] || ln -s /bin/busybox "$root/bin/$applet"; done
for applet in init getty reboot halt poweroff; do ln -s /bin/busybox "$root/sbin/$applet"; done
cp -R --no-dereference --preserve=mode "$here/root/." "$root/"
: >"$root/lib/modules/order"
for name in virtio_net virtio_console button evdev virtio_rng pvpanic-mmio virtio_balloon; do copy_module "$root/lib/modules" "$name"; done

agent=$packages/usr/sbin/qemu-ga
cp "$agent" "$root/usr/sbin/"
"$node_root/lib64/ld-linux-x86-64.so.2" --library-path "$node_root/lib/x86_64-linux-gnu:$node_root/usr/lib/x86_64-linux-gnu" --list "$agent" |
  grep -o "=> $node_root/[^ ]*" | cut -c4- | while read -r library; do
  case $library in
    */ld-linux-*) cp -L "$library" "$root/lib64/" ;;
    *) cp -L "$library" "$root/lib/x86_64-linux-gnu/" ;;
  esac
done

digest=$(printf password | sha512sum | cut -d' ' -f1)
gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -pthread "-DADMIN_PASSWORD_SHA512=\"$digest\"" \
  -o "$root/usr/sbin/platform" "$here"/service/*.c
strip "$root/usr/sbin/platform"

printf 'root:%s:19000:0:99999:7:::\n' "$(printf 'password\n' | "$busybox" mkpasswd -m sha512 -P 0)" >"$root/etc/shadow"
chmod 600 "$root/etc/shadow"
cp "$kernel" "$root/boot/vmlinuz"
cp "$work/initrd.img" "$root/boot/initrd.img"
cat >"$root/boot/extlinux/extlinux.conf" <<CONF
SERIAL 0 115200
DEFAULT linux
PROMPT 0
TIMEOUT 0
LABEL linux
 KERNEL /boot/vmlinuz
 APPEND initrd=/boot/initrd.img console=ttyS0 quiet panic=0 mitigations=off random.trust_cpu=on
CONF

truncate -s $(((ring_start + ring_sectors) * sector)) "$disk"
sfdisk --quiet "$disk" <<TABLE
label: dos
label-id: 0x54525654
start=$root_start, size=$root_sectors, type=83, bootable
start=$ring_start, size=$ring_sectors, type=da
TABLE
# 4 KiB blocks: with the 1 KiB that mke2fs takes for small disks extlinux cannot read the kernel. No 64bit and no
# metadata_csum for the same reason. The host's kernel may parse no partition tables, hence the offsets.
offset=$((root_start * sector))
mke2fs -q -b 4096 -t ext4 -O '^64bit,^metadata_csum,^metadata_csum_seed,^orphan_file' -E "offset=$offset,lazy_itable_init=0,root_owner=0:0" \
  -L management -d "$root" "$disk" $((root_sectors * sector / 4096))
mkdir -p "$work/mounted"
mount -o "loop,offset=$offset,sizelimit=$((root_sectors * sector))" "$disk" "$work/mounted"
extlinux --install "$work/mounted/boot/extlinux" >&2
umount "$work/mounted"
dd if=/usr/lib/syslinux/mbr/mbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none

qemu-img convert -c -f raw -O qcow2 "$disk" "$out"
