#!/bin/sh
# Where a program of libvirt, QEMU, Ceph or Consul would be: says that it is there, and does nothing else.
case "$1" in
  version | --version | -v) echo "${0##*/} 1.8.7, a stand-in" ;;
  *) echo "${0##*/}: a stand-in, there is no such service on this node" >&2; exit 1 ;;
esac
