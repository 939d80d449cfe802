# Stands between a node's port and its switch and delays every frame: this kernel's netem, as far as the faults need one.
# Runs in the switch's namespace; ends, and puts the port back, when its standard input ends.
import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time

port, bridge, mean_ms, jitter_ms, loss_percent = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:6])
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
ETH_P_ALL, PACKET_OUTGOING = 0x0003, 4
PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC, SOL_PACKET = 1, 1, 263
LARGEST_FRAME = 65536
TAP = "delay0"


def ip(*words):
    subprocess.run(["ip", *words], check=True)


tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", TAP.encode(), IFF_TAP | IFF_NO_PI))
cable = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
cable.bind((port, 0))
cable.setblocking(False)
index = socket.if_nametoindex(port)
cable.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8s", index, PACKET_MR_PROMISC, 0, b""))


def from_cable():
    frame, (_, _, kind, _, _) = cable.recvfrom(LARGEST_FRAME)
    return None if kind == PACKET_OUTGOING else frame


def to_cable(frame):
    try:
        cable.send(frame)
    except OSError:
        pass  # a full queue or an oversized frame: lost, as on any cable


def to_tap(frame):
    try:
        os.write(tap, frame)
    except OSError:
        pass


waiting, count = [], 0
# Frames of one direction keep their order: TCP takes reordering for loss, which is asked for apart.
last_due = {to_cable: 0.0, to_tap: 0.0}


def hold(frame, deliver):
    global count
    if frame is None or random.random() * 100 < loss_percent:
        return
    delay = (mean_ms + random.uniform(-jitter_ms, jitter_ms)) / 1000
    due = max(last_due[deliver], time.monotonic() + delay)
    last_due[deliver] = due
    count += 1
    heapq.heappush(waiting, (due, count, deliver, frame))


def drain(read, deliver):
    while True:
        try:
            hold(read(), deliver)
        except BlockingIOError:
            return


ip("link", "set", TAP, "mtu", "9000", "master", bridge, "up")
ip("link", "set", port, "nomaster")
try:
    print("relaying", flush=True)
    while True:
        wait = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select([cable, tap, sys.stdin], [], [], wait)
        if sys.stdin in ready:
            break
        if cable in ready:
            drain(from_cable, to_tap)
        if tap in ready:
            drain(lambda: os.read(tap, LARGEST_FRAME), to_cable)
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, deliver, frame = heapq.heappop(waiting)
            deliver(frame)
finally:
    ip("link", "set", port, "master", bridge)
