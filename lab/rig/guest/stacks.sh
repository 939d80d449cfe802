#!/bin/sh
# Second-last step of building the rig's root: one delta per network stack, so that a node has the packages of its own
# stack and no trace of the others. usage: stacks.sh ROOT FOLDER; networkd is in the root itself.
set -eu
root=$1 folder=$2

make_stack() { # NAME PACKAGE...
  stack=$1
  shift
  mkdir -p "$folder/$stack" "$folder/work" "$folder/merged"
  mount -t overlay "$stack" -o "lowerdir=$root,upperdir=$folder/$stack,workdir=$folder/work" "$folder/merged"
  mount -t proc proc "$folder/merged/proc"
  DEBIAN_FRONTEND=noninteractive chroot "$folder/merged" apt-get -q -y --no-install-recommends install "$@"
  chroot "$folder/merged" systemctl --quiet disable systemd-networkd.service systemd-networkd.socket systemd-network-generator.service
  rm -rf "$folder/merged"/var/cache/apt/* "$folder/merged"/var/lib/apt/lists/* "$folder/merged"/var/log/apt
  umount "$folder/merged/proc" "$folder/merged"
  rm -rf "$folder/work" "$folder/merged"
}

make_stack networkmanager network-manager
make_stack ifupdown ifupdown ifenslave bridge-utils vlan
