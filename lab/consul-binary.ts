import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { aptDownload } from "@/lab/apt-download";
import { DEBIAN_KEYRING, debianMirrors } from "@/lab/debian-sources";
import { LabError } from "@/lab/lab-error";
import { CACHE_DIR } from "@/lab/places";
import { runBound } from "@/lab/shell";

export const CONSUL_VERSION = "1.8.7";
/** Debian 11's package, the last Consul under a free licence that any Debian carried. */
const PACKAGE_SHA256 = "e4e888bba104daba1d9161f49bfc52649a7e4efd45b1a7ead5bc54f2cb9c89d9";
const FOLDER = path.join(CACHE_DIR, `consul-${CONSUL_VERSION}`);
const BINARY = path.join(FOLDER, "consul");

export interface ConsulBinary {
  binary: string;
  version: string;
  sha256: string;
}

export function cachedConsul(): ConsulBinary | null {
  if (!existsSync(BINARY)) return null;
  return { binary: BINARY, version: CONSUL_VERSION, sha256: sha256(BINARY) };
}

export async function ensureConsul(): Promise<ConsulBinary> {
  const cached = cachedConsul();
  if (cached) return cached;
  const work = `${FOLDER}.partial`;
  console.error(`fetching Consul ${CONSUL_VERSION}`);
  const deb = await findPackage(work);
  const actual = sha256(deb);
  if (actual !== PACKAGE_SHA256) {
    throw new LabError(`${deb}: sha256 is ${actual}, expected ${PACKAGE_SHA256}; not using it`);
  }
  const unpacked = path.join(work, "unpacked");
  await runBound(["dpkg-deb", "-x", deb, unpacked]);
  mkdirSync(FOLDER, { recursive: true });
  copyFileSync(path.join(unpacked, "usr/bin/consul"), `${BINARY}.new`);
  renameSync(`${BINARY}.new`, BINARY);
  rmSync(work, { recursive: true });
  return { binary: BINARY, version: CONSUL_VERSION, sha256: sha256(BINARY) };
}

async function findPackage(work: string): Promise<string> {
  try {
    const mirrors = await debianMirrors();
    const [deb] = await aptDownload(work, `deb [signed-by=${DEBIAN_KEYRING}] ${mirrors.main} bullseye main\n`, [
      "consul",
    ]);
    if (deb) return deb;
    throw new LabError("apt-get downloaded nothing");
  } catch (cause) {
    const given = process.env.TRIVET_CONSUL_DEB;
    if (given && existsSync(given)) {
      mkdirSync(work, { recursive: true });
      return given;
    }
    throw new LabError(
      `Consul ${CONSUL_VERSION} (Debian 11's package) is not to be had from this machine's Debian mirror${given ? ` and TRIVET_CONSUL_DEB=${given} does not exist` : ""}: set TRIVET_CONSUL_DEB to the package's path`,
      { cause },
    );
  }
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
