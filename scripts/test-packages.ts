import { spawnSync } from "node:child_process";

/** What the tests use beyond the lab's own packages: a browser with Chinese glyphs, and a real sshd. */
const packages = ["chromium", "fonts-noto-cjk", "openssh-client", "openssh-server", "qemu-utils"];
/** Another installer may hold dpkg's lock; failing at once would make two runs on one machine flaky. */
const lockWaitSeconds = 300;

const isInstalled = (name: string): boolean => {
  const query = spawnSync("dpkg-query", ["-W", "-f", "${db:Status-Status}", name], { encoding: "utf8" });
  return query.status === 0 && query.stdout === "installed";
};

export function ensureTestPackages(): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.log(`Installing ${missing.join(" ")}…`);
  const lock = `DPkg::Lock::Timeout=${lockWaitSeconds}`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", ...missing]]) {
    const result = spawnSync("apt-get", ["-q", "-o", lock, ...words], { stdio: ["ignore", "inherit", "inherit"], env });
    if (result.status !== 0)
      throw new Error(`apt-get ${words[0]} failed: the tests need ${missing.join(", ")} (Debian or Ubuntu, as root)`);
  }
}
