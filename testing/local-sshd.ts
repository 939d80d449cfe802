import { execFile, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * A real OpenSSH server on the loopback, with its own host key, home and PATH. systemd-run and systemctl are doubles (below):
 * they keep what matters here, that a unit outlives the connection and can be asked about and ended.
 */
export interface LocalSshd {
  port: number;
  user: string;
  privateKey: string;
  publicKey: string;
  hostKey: { keyType: string; fingerprint: string };
  directory: string;
  home: string;
  /** Ends every connection without a word, as a cut cable or a dying node does; new ones are taken. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const sshd = "/usr/sbin/sshd";

export async function startLocalSshd(options: { maxSessions?: number } = {}): Promise<LocalSshd> {
  const directory = await mkdtemp(join(tmpdir(), "trivet-sshd-"));
  const home = join(directory, "home");
  const bin = join(directory, "bin");
  await mkdir(home, { mode: 0o700 });
  await mkdir(bin);
  // sshd resets every connection while its privilege separation directory is missing.
  await mkdir("/run/sshd", { recursive: true });
  for (const name of ["host-key", "login-key"])
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(directory, name)]);
  await mkdir(join(home, ".ssh"), { mode: 0o700 });
  const publicKey = (await readFile(join(directory, "login-key.pub"), "utf8")).trim();
  await writeFile(join(home, ".ssh/authorized_keys"), `${publicKey}\n`, { mode: 0o600 });
  await writeFile(join(bin, "systemd-run"), systemdRun(directory));
  await writeFile(join(bin, "systemctl"), systemctl(directory));
  await chmod(join(bin, "systemd-run"), 0o755);
  await chmod(join(bin, "systemctl"), 0o755);
  const port = await freePort();
  await writeFile(
    join(directory, "sshd_config"),
    [
      `ListenAddress 127.0.0.1`,
      `Port ${port}`,
      `HostKey ${join(directory, "host-key")}`,
      `AuthorizedKeysFile ${join(home, ".ssh/authorized_keys")}`,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      `MaxSessions ${options.maxSessions ?? 10}`,
      `SetEnv PATH=${bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=${home}`,
      "",
    ].join("\n"),
  );
  const server = spawn(sshd, ["-D", "-e", "-f", join(directory, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  let stopped = false;
  const exited = new Promise<void>((resolve) => server.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Error(`${sshd} did not start; install openssh-server`, { cause: error })),
    );
    server.once("close", () => reject(new Error(`sshd ended: ${log}`)));
    server.stderr.on("data", (data: Buffer) => {
      log = (log + data.toString()).slice(-4000);
      if (log.includes("Server listening")) resolve();
    });
  });
  const fingerprint = (await run("ssh-keygen", ["-lf", join(directory, "host-key.pub")])).stdout.split(" ")[1] ?? "";
  const children = async (): Promise<number[]> => {
    const found = await run("pgrep", ["-P", String(server.pid)]).catch(() => ({ stdout: "" }));
    return found.stdout.split("\n").filter(Boolean).map(Number);
  };
  const cutConnections = async () => {
    for (const pid of await children()) process.kill(pid, "SIGKILL");
  };
  return {
    port,
    user: (await run("id", ["-un"])).stdout.trim(),
    privateKey: await readFile(join(directory, "login-key"), "utf8"),
    publicKey,
    hostKey: { keyType: "ssh-ed25519", fingerprint },
    directory,
    home,
    cutConnections,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await cutConnections();
      server.kill("SIGTERM");
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

const systemdRun = (directory: string) => `#!/bin/sh
while :; do
  case $1 in
    --help) echo " -G --collect"; exit 0 ;;
    --unit=*) unit=\${1#--unit=} ;;
    --*) ;;
    *) break ;;
  esac
  shift
done
mkdir -p ${directory}/units
if systemctl show -p ActiveState "$unit.service" | grep -q =active; then echo "unit $unit exists" >&2; exit 1; fi
setsid "$@" </dev/null >/dev/null 2>&1 &
echo $! >"${directory}/units/$unit.service"
`;

const systemctl = (directory: string) => `#!/bin/sh
action=$1
for unit in "$@"; do :; done
pid=$(cat "${directory}/units/$unit" 2>/dev/null)
alive() { [ -n "$pid" ] && [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; }
case $action in
  show) if alive; then echo ActiveState=active; else echo ActiveState=inactive; fi ;;
  stop)
    alive || exit 0
    kill -TERM "-$pid"
    n=0
    while alive; do n=$((n + 1)); [ $n -lt 50 ] || kill -KILL "-$pid"; sleep 0.1; done ;;
  kill) kill -KILL "-$pid" ;;
esac
exit 0
`;
