import { chmod, copyFile, rename, rm } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { type NodeSetup, suitePaths } from "@/contract/node-setup";
import { consulConfig, needsRestart, parseConsulVersion } from "@/suite/setup/consul-config";
import { fileSha256 } from "@/suite/setup/install-executable";
import type { Observation } from "@/suite/setup/step-log";
import { consulUnit } from "@/suite/setup/units";
import { ensureDirectory, ensureFile, exists, giveTree, readTextIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";
import { systemctl, waitActive } from "@/suite/system/systemd";

const binary = "/usr/bin/consul";
/** A binary that needs longer to say its version is not one to build on. */
const versionTimeoutMs = 20_000;
/** Consul needs 1–2 s to be up; the rest is for a slow disk. */
const startTimeoutMs = 30_000;
const accountTimeoutMs = 20_000;

export async function installConsulBinary(setup: NodeSetup): Promise<Observation> {
  const { binary: source, sha256 } = setup.consul;
  let changed = false;
  if (source !== null) {
    const found = await fileSha256(source).catch((cause: unknown) => {
      throw new AppError("not-found", `the Consul binary ${source} cannot be read`, { cause });
    });
    if (sha256 !== null && found !== sha256.toLowerCase()) {
      throw new AppError("checksum-mismatch", `${source} has sha256 ${found}, expected ${sha256}`, {
        facts: { path: source },
      });
    }
    if (!(await exists(binary)) || (await fileSha256(binary)) !== found) {
      const beside = `${binary}.new`;
      await rm(beside, { force: true });
      await copyFile(source, beside);
      await chmod(beside, 0o755);
      await rename(beside, binary);
      changed = true;
    }
  } else if (!(await exists(binary))) {
    throw new AppError("missing-tool", `${binary} is not there and no binary was given`, {
      advice: "Give a Consul binary, or install the package consul from the node's repositories.",
    });
  }
  const [major, minor] = await consulVersion();
  return { changed, observed: `${binary} is version ${major}.${minor}` };
}

async function consulVersion(): Promise<[number, number]> {
  const argv = [binary, "version"];
  const result = await runCommand(argv, { timeoutMs: versionTimeoutMs });
  const version = succeeded(result) ? parseConsulVersion(result.stdout) : null;
  if (version === null)
    throw new AppError("unexpected-output", `${describeFailure(argv, result)}; is it a Consul for this machine?`);
  return version;
}

const objectSchema = z.record(z.string(), z.unknown());

export async function configureConsul(setup: NodeSetup): Promise<Observation & { restart: boolean }> {
  await refuseForeignCluster(setup);
  const { uid, gid } = await consulAccount();
  const before = objectSchema.safeParse(JSON.parse((await readTextIfThere(suitePaths.consulConfig)) ?? "null"));
  const wanted = consulConfig(setup, await consulVersion());
  const config = `${JSON.stringify(wanted, null, 2)}\n`;
  await ensureDirectory("/etc/consul.d", { mode: 0o755 });
  const configChanged = await ensureFile(suitePaths.consulConfig, config, { mode: 0o640, gid });
  await ensureDirectory(suitePaths.consulData, { mode: 0o700, uid, gid });
  await giveTree(suitePaths.consulData, uid, gid);
  await validateConsul();
  const unitChanged = await ensureFile("/etc/systemd/system/consul.service", consulUnit, { mode: 0o644 });
  return {
    changed: configChanged || unitChanged,
    observed: `${suitePaths.consulConfig} is valid`,
    restart: unitChanged || !before.success || needsRestart(before.data, wanted),
  };
}

export async function validateConsul(): Promise<void> {
  const argv = [binary, "validate", "/etc/consul.d"];
  const valid = await runCommand(argv, { timeoutMs: versionTimeoutMs });
  if (!succeeded(valid)) throw new AppError("config-invalid", describeFailure(argv, valid));
}

export async function startConsul(restart: boolean): Promise<Observation> {
  await systemctl("daemon-reload");
  await systemctl("enable", "consul.service");
  await systemctl(restart ? "restart" : "start", "consul.service");
  await waitActive("consul.service", startTimeoutMs);
  return { changed: restart, observed: "consul.service is active" };
}

/** Another cluster's key or data would keep this node out for good, or worse join the two clusters. */
async function refuseForeignCluster(setup: NodeSetup): Promise<void> {
  const text = await readTextIfThere(suitePaths.consulConfig);
  const hasData = await exists(`${suitePaths.consulData}/raft`);
  if (text === null) {
    if (!hasData) return;
    throw new AppError(
      "conflict",
      `${suitePaths.consulData} holds the data of a Consul that this suite did not set up`,
      {
        advice: `If nobody needs it, move ${suitePaths.consulData} away and try again.`,
      },
    );
  }
  const found = z.object({ encrypt: z.string() }).partial().parse(JSON.parse(text)).encrypt;
  if (hasData && found !== undefined && found !== setup.consul.gossipKey) {
    throw new AppError("conflict", "this node belongs to another cluster, whose gossip key differs", {
      advice: 'Run "zsha uninstall" on it first, or install with the key the cluster already has.',
    });
  }
}

export async function consulAccount(): Promise<{ uid: number; gid: number }> {
  const found = await lookUp();
  if (found !== null) return found;
  const argv = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", suitePaths.consulData];
  const result = await runCommand([...argv, "--shell", "/usr/sbin/nologin", "consul"], { timeoutMs: accountTimeoutMs });
  const made = await lookUp();
  if (made === null) throw new AppError("command-failed", `no account for Consul: ${describeFailure(argv, result)}`);
  return made;
}

async function lookUp(): Promise<{ uid: number; gid: number } | null> {
  const result = await runCommand(["getent", "passwd", "consul"], { timeoutMs: accountTimeoutMs });
  const fields = succeeded(result) ? result.stdout.trim().split(":") : [];
  return fields[2] !== undefined && fields[3] !== undefined ? { uid: Number(fields[2]), gid: Number(fields[3]) } : null;
}
