# Runs on a surviving node, beside the suite and without asking it: prints "SECONDS WHAT DETAIL" for each thing the first time it is
# seen, by this machine's clock. usage: failover-observer.py OWNER-NODE OWNER-IP EPOCH ADDRESS CEPH-USER
import glob, http.client, json, sys, threading, time
owner, owner_ip, epoch, address, user = sys.argv[1:6]
token = json.load(open("/etc/zsha/consul-tokens.json"))["suiteToken"]
told, lock = set(), threading.Lock()

def tell(what, detail=""):
    with lock:
        if what not in told:
            told.add(what)
            print("%.3f %s %s" % (time.time(), what, detail), flush=True)

def ask(path, seconds):
    call = http.client.HTTPConnection("127.0.0.1", 8500, timeout=seconds)
    try:
        call.request("GET", path, headers={"X-Consul-Token": token})
        answer = call.getresponse()
        return answer.getheader("X-Consul-Index"), json.loads(answer.read())
    finally:
        call.close()

def lease():
    index = "0"
    while True:
        try:
            # This node's own copy: it needs no leader, and tells of a change the moment the change is there.
            index, (entry,) = ask("/v1/kv/zsha/owner?stale&wait=5s&index=" + index, 8)
            import base64
            record = json.loads(base64.b64decode(entry["Value"]))
            if record["epoch"] > int(epoch):
                tell("freed")
                tell("taken", record["node"])
            elif "Session" not in entry:
                tell("freed")
        except Exception:
            time.sleep(0.05)

def members():
    while True:
        try:
            for member in ask("/v1/agent/members", 2)[1]:
                if member["Addr"] == owner_ip and member["Status"] == 4:
                    tell("detected")
        except Exception:
            pass
        time.sleep(0.1)

def qemu():
    while True:
        for path in glob.glob("/run/libvirt/qemu/*.xml"):
            try:
                # libvirt's own record, written when the virtual processors run.
                if "<domstatus state='running'" in open(path).read(4096):
                    tell("running")
            except OSError:
                pass
        time.sleep(0.02)

def fence():
    import rados
    while True:
        try:
            cluster = rados.Rados(conffile="/etc/ceph/ceph.conf", name="client." + user)
            for key in ("mon_client_ping_interval", "mon_client_hunt_interval"):
                cluster.conf_set(key, "1")
            cluster.conf_set("mon_client_ping_timeout", "2")
            cluster.connect(timeout=10)
            while True:
                code, text, _ = cluster.mon_command(json.dumps({"prefix": "osd blocklist ls"}), b"")
                if code == 0 and address.encode() in text:
                    tell("fenced")
                    return
                time.sleep(0.1)
        except Exception:
            time.sleep(0.2)

for work in (lease, members, qemu) + ((fence,) if address != "-" else ()):
    threading.Thread(target=work, daemon=True).start()
tell("watching")
sys.stdin.read()
