/**
 * The programs behind the folder's locks, as text: the suite is one bundled executable, and its runtime knows no fcntl(2). Every access
 * to the folder is made by one of them, because a folder whose server is gone hangs whoever asks, and only a process can be
 * given up. Locks are OFD locks, QEMU's own kind; QEMU locks single bytes of 100–299 of a raw image for itself.
 *
 * hold PATH TOKEN: locks its probe file and keeps it until standard input ends. Says "held", or why not.
 * look JSON: writes and reads the canary, asks for the image's lock without taking it, tries the lock of every other node's probe.
 * take IMAGE SECONDS: takes what any QEMU would need of the image, says "free" and lets go; "held" when it was never to be had.
 */
export const lockSource = `
import errno, fcntl, json, os, select, struct, sys, time
GET, SET = 36, 37
BASE, LENGTH = 100, 200
REFUSED = (errno.EAGAIN, errno.EACCES)
def lock(fd, what, start=0, length=0, kind=fcntl.F_WRLCK):
    return fcntl.fcntl(fd, what, struct.pack("hhqqi4x", kind, 0, start, length, 0))
def say(text):
    print(text, flush=True)
def hold(path, token):
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    while True:
        try:
            lock(fd, SET)
            break
        except OSError as error:
            if error.errno not in REFUSED:
                say("no lock: %s" % error.strerror)
                return
        if select.select([sys.stdin], [], [], 0.5)[0] and not os.read(0, 100):
            return
    text = token.encode()
    said = False
    while True:
        # A lock that was lost shows itself here: the file system refuses what is written under it.
        if not said:
            os.ftruncate(fd, len(text))
        os.pwrite(fd, text, 0)
        os.fsync(fd)
        if not said:
            say("held")
            said = True
        if select.select([sys.stdin], [], [], 5)[0] and not os.read(0, 100):
            return
def probe(path):
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return {"token": None, "lock": "free"}
    try:
        token = os.pread(fd, 200, 0).decode("utf-8", "replace")
        try:
            # Shared, so that two nodes that look at the same time do not refuse each other in its holder's name.
            lock(fd, SET, kind=fcntl.F_RDLCK)
            return {"token": token, "lock": "free"}
        except OSError as error:
            return {"token": token, "lock": "held" if error.errno in REFUSED else "unknown"}
    finally:
        os.close(fd)
def image(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return {"state": "absent"}
    try:
        if not os.path.isfile(path):
            return {"state": "no-file"}
        try:
            kind = struct.unpack("hhqqi4x", lock(fd, GET, BASE, LENGTH))[0]
        except OSError as error:
            return {"state": "no-locks", "said": error.strerror}
        return {"state": "free" if kind == fcntl.F_UNLCK else "held"}
    finally:
        os.close(fd)
def canary(path, text):
    data = text.encode()
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(fd, len(data))
        os.pwrite(fd, data, 0)
        os.fsync(fd)
        return None if os.pread(fd, len(data) + 1, 0) == data else "the canary reads back differently"
    finally:
        os.close(fd)
def attempt(work, *words):
    try:
        return work(*words)
    except OSError as error:
        return "%s: %s" % (error.filename or "the folder", error.strerror)
def look(order):
    said = attempt(canary, order["canary"], order["text"])
    found = attempt(image, order["image"])
    probes = {}
    for node, path in order["probes"].items():
        seen = attempt(probe, path)
        probes[node] = seen if isinstance(seen, dict) else {"token": None, "lock": "unknown"}
    say(json.dumps({"canary": said, "image": found if isinstance(found, dict) else {"state": "unreadable", "said": found}, "probes": probes}))
def take(path, seconds):
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    until = time.monotonic() + seconds
    while True:
        try:
            lock(fd, SET, BASE, LENGTH)
            return say("free")
        except OSError as error:
            if error.errno not in REFUSED:
                raise
        if time.monotonic() > until:
            return say("held")
        time.sleep(0.1)
verb, words = sys.argv[1], sys.argv[2:]
if verb == "hold":
    hold(words[0], words[1])
elif verb == "look":
    look(json.loads(words[0]))
else:
    take(words[0], float(words[1]))
`;
