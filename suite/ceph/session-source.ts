/**
 * The program behind CephSession, as text: the suite is one bundled executable. Python, because librados has no binding for the
 * suite's runtime and `ceph-common` depends on these two modules everywhere. It holds one connection and answers questions side
 * by side; arguments and answers carry no secret, the key is read by librados from its keyring.
 * In: {"id","op",…}. Out: {"ready":true}, then {"id","ok":true,"value"} or {"id","ok":false,"because"}.
 */
export const sessionSource = `
import json, os, sys, threading
import rados, rbd
setup = json.loads(sys.argv[1])
cluster = rados.Rados(conffile="/etc/ceph/ceph.conf", name="client." + setup["user"])
for key, value in setup["options"].items():
    try:
        cluster.conf_set(key, value)
    except rados.Error:
        pass
cluster.connect(timeout=setup["connectSeconds"])
out = threading.Lock()
pools = {}
def say(message):
    with out:
        sys.stdout.write(json.dumps(message) + "\\n")
        sys.stdout.flush()
def pool():
    if "io" not in pools:
        pools["io"] = cluster.open_ioctx(setup["pool"])
    return pools["io"]
def mon(ask):
    # Ceph takes this number for what it is written as, and wants a float.
    if "expire" in ask["command"]:
        ask["command"]["expire"] = float(ask["command"]["expire"])
    code, text, error = cluster.mon_command(json.dumps(ask["command"]), b"")
    if code != 0:
        raise RuntimeError("error %d: %s" % (code, error))
    return text.decode("utf-8", "replace")
def watchers(ask):
    # Without the newest map a request may wait for an OSD that is known to be down by now.
    cluster.wait_for_latest_osdmap()
    with rbd.Image(pool(), setup["image"], read_only=True) as image:
        found = [each["addr"] for each in image.watchers_list()]
        lock = image.list_lockers()
    held = [each[2] for each in lock["lockers"]] if lock else []
    return {"watchers": found, "holders": held}
def canary(ask):
    data = ask["text"].encode()
    if "canary" not in pools:
        placed = cluster.open_ioctx(setup["pool"])
        placed.set_locator_key(ask["locator"])
        pools["canary"] = placed
    pools["canary"].write_full(ask["object"], data)
    if pools["canary"].read(ask["object"], len(data) + 1) != data:
        raise RuntimeError("the canary reads back differently")
    return None
ops = {"mon": mon, "watchers": watchers, "canary": canary}
def answer(ask):
    try:
        say({"id": ask["id"], "ok": True, "value": ops[ask["op"]](ask)})
    except Exception as error:
        say({"id": ask["id"], "ok": False, "because": "%s: %s" % (type(error).__name__, error)})
say({"ready": True})
for line in sys.stdin:
    threading.Thread(target=answer, args=(json.loads(line),), daemon=True).start()
os._exit(0)
`;

/**
 * Of this one client only. Monitor: a session to a monitor that died is given up after 2–4 s, before the takeover needs it.
 * OSD and monitor time-outs turn a hang into an error, so that threads of unanswered questions do not pile up.
 */
export const sessionOptions: Readonly<Record<string, string>> = {
  mon_client_ping_interval: "1",
  mon_client_ping_timeout: "2",
  mon_client_hunt_interval: "1",
  objecter_timeout: "2",
  objecter_tick_interval: "1",
  rados_osd_op_timeout: "30",
  rados_mon_op_timeout: "30",
};
