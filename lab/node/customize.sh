#!/bin/sh
# Last step of building the nodes' root file system. $1: the new root.
set -eu
root=$1
printf 'root:only-in-this-lab\n' | chroot "$root" chpasswd
chroot "$root" systemctl enable systemd-networkd.service
# Every node makes its own at first boot.
rm -f "$root"/etc/ssh/ssh_host_* "$root"/var/lib/dbus/machine-id
: >"$root/etc/machine-id"
# Nothing is reachable from a node, so it has no package sources either: apt answers at once instead of timing out.
: >"$root/etc/apt/sources.list"
rm -rf "$root"/etc/apt/sources.list.d/*
mkdir -p "$root/var/log/journal"
