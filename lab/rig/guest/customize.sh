#!/bin/sh
# Last step of building the rig's root file system. $1: the new root.
set -eu
root=$1
printf 'root:only-in-this-lab\n' | chroot "$root" chpasswd
chroot "$root" systemctl enable systemd-networkd.service
rm -f "$root"/etc/ssh/ssh_host_* "$root"/var/lib/dbus/machine-id
: >"$root/etc/machine-id"
: >"$root/etc/apt/sources.list"
rm -rf "$root"/etc/apt/sources.list.d/*
mkdir -p "$root/var/log/journal"
