import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "@/lab/shell";
import { LabError } from "@/lab/lab-error";

const APT_TIMEOUT_MS = 300_000;

/**
 * Downloads packages of any Debian release through a second apt configuration: own sources, own lists, own cache and an
 * empty dpkg status, so the host's configuration is neither changed nor consulted for versions. `folder` is emptied first.
 */
export async function aptDownload(folder: string, sources: string, packages: readonly string[]): Promise<string[]> {
  const apt = await prepared(folder, sources, "");
  const names = await Promise.all(packages.map((name) => resolveMeta(apt, name)));
  await run(["apt-get", "-q", ...apt, "download", ...names], { timeoutMs: APT_TIMEOUT_MS, cwd: folder });
  const files = readdirSync(folder).filter((file) => file.endsWith(".deb"));
  if (files.length !== names.length)
    throw new LabError(`apt-get download of ${names.join(" ")}: got ${files.join(" ") || "nothing"}`);
  return files.map((file) => path.join(folder, file));
}

/** The packages and all they need that a system with this dpkg status does not have yet. */
export async function aptDownloadMissing(
  folder: string,
  sources: string,
  dpkgStatus: string,
  packages: readonly string[],
): Promise<string[]> {
  const apt = await prepared(folder, sources, dpkgStatus);
  const only = ["--download-only", "--yes", "--no-install-recommends"];
  await run(["apt-get", "-q", ...apt, "install", ...only, ...packages], { timeoutMs: APT_TIMEOUT_MS });
  const archives = path.join(folder, "cache/archives");
  const files = readdirSync(archives).filter((file) => file.endsWith(".deb"));
  if (files.length === 0) throw new LabError(`apt-get install of ${packages.join(" ")}: nothing was downloaded`);
  return files.map((file) => path.join(archives, file));
}

/** Options of an apt of its own in `folder`, with fresh lists. */
async function prepared(folder: string, sources: string, dpkgStatus: string): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, "lists/partial"), { recursive: true });
  mkdirSync(path.join(folder, "cache/archives/partial"), { recursive: true });
  writeFileSync(path.join(folder, "sources.list"), sources);
  writeFileSync(path.join(folder, "status"), dpkgStatus);
  const apt = [
    ["Dir::Etc::SourceList", path.join(folder, "sources.list")],
    ["Dir::Etc::SourceParts", "/dev/null"],
    ["Dir::State::Lists", path.join(folder, "lists")],
    ["Dir::Cache", path.join(folder, "cache")],
    ["Dir::State::status", path.join(folder, "status")],
    ["APT::Sandbox::User", "root"],
  ].flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  await run(["apt-get", "-q", ...apt, "update"], { timeoutMs: APT_TIMEOUT_MS });
  return apt;
}

/** `linux-image-cloud-amd64` only depends on the kernel of the day; that one is wanted. */
async function resolveMeta(apt: readonly string[], name: string): Promise<string> {
  if (!name.startsWith("linux-image-")) return name;
  const depends = await run(["apt-cache", ...apt, "depends", name]);
  const kernel = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (!kernel) throw new LabError(`${name} depends on no kernel image here: ${depends}`);
  return kernel;
}
