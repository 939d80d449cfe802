# Run on a node by the witness: what Ceph itself says of the image. Opens it for reading only, which leaves no watcher.
import base64
import json
import sys
import zlib

import rados
import rbd

pool, image, offset, length = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
limits = {"client_mount_timeout": "5", "rados_mon_op_timeout": "5", "rados_osd_op_timeout": "10"}
cluster = rados.Rados(conffile="/etc/ceph/ceph.conf", conf=limits)
cluster.connect(timeout=5)
# Ceph 16 prints a second, empty answer behind the first: raw_decode stops before it.
status, blocklist, error = cluster.mon_command(json.dumps({"prefix": "osd blocklist ls", "format": "json"}), b"")
if status != 0:
    raise SystemExit("osd blocklist ls: %d %s" % (status, error))
with rbd.Image(cluster.open_ioctx(pool), image, read_only=True) as opened:
    answer = {
        "blocklist": [[entry["addr"], entry["until"]] for entry in json.JSONDecoder().raw_decode(blocklist.decode().strip())[0]],
        "watchers": [watcher["addr"] for watcher in opened.watchers_list()],
        "lockers": [locker[2] for locker in dict(opened.list_lockers()).get("lockers", [])],
        "ring": base64.b64encode(zlib.compress(opened.read(offset, length), 1)).decode() if length else None,
    }
print(json.dumps(answer))
