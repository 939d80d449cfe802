import { attempt, run } from "@/lab/shell";
import { LabError } from "@/lab/lab-error";
import type { NetworkMode } from "@/lab/plan";

/** Everything the lab calls on the host; a fresh Debian or Ubuntu has few of them. */
const PACKAGES = [
  "busybox-static",
  "ca-certificates",
  "cpio",
  "debian-archive-keyring",
  "dpkg-dev",
  "e2fsprogs",
  "extlinux",
  "fdisk",
  "gcc",
  "iproute2",
  "kmod",
  "libc6-dev",
  "mmdebstrap",
  "nftables",
  "openssh-client",
  "qemu-utils",
  "syslinux-common",
  "systemd-container",
  "util-linux",
  "xz-utils",
] as const;
/** Only for a bonded lab: three times the size of all the others together. */
const RIG_PACKAGES = ["qemu-system-x86"] as const;

// apt behind a slow mirror; a hang beyond this is worth an error rather than a silent wait.
const APT_TIMEOUT_MS = 900_000;
// Two installers on one machine: wait for the other's dpkg lock this long instead of failing at once.
const DPKG_LOCK_WAIT_SECONDS = 300;

export async function ensureHostPackages(networks: NetworkMode): Promise<void> {
  await ensurePackages(networks === "bonded" ? [...PACKAGES, ...RIG_PACKAGES] : PACKAGES);
}

export async function ensurePackages(wanted: readonly string[]): Promise<void> {
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return;
  console.error(`installing host packages: ${missing.join(" ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const lock = `DPkg::Lock::Timeout=${DPKG_LOCK_WAIT_SECONDS}`;
  await run(["apt-get", "-q", "-o", lock, "update"], { env, timeoutMs: APT_TIMEOUT_MS, visible: true });
  await run(["apt-get", "-q", "-o", lock, "install", "-y", "--no-install-recommends", ...missing], {
    env,
    timeoutMs: APT_TIMEOUT_MS,
    visible: true,
  });
  const still = await missingPackages(wanted);
  if (still.length > 0)
    throw new LabError(`apt-get ended well, but these packages are still missing: ${still.join(" ")}`);
}

async function missingPackages(wanted: readonly string[]): Promise<string[]> {
  const query = await attempt(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", ...wanted]).catch(
    (cause) => {
      throw new LabError("the lab needs a Debian or Ubuntu machine: dpkg-query is not there", { cause });
    },
  );
  const installed = new Set(
    query.stdout
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}
