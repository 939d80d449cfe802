import { z } from "zod";
import type { KeptConfig } from "@/contract/config-history";
import { buildPath, configBackupDirectory, formerBuildPath } from "@/contract/lifecycle";
import { clusterFileSchema, suitePaths } from "@/contract/node-setup";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { parseVersionText, type SuiteBuild } from "@/contract/suite-version";
import { formatErrorChain } from "@/lib/error-chain";
import { hostOf, nodesOf } from "@/server/cluster/service";
import { isOutcomeUnknown, type RemoteHost } from "@/server/ports/remote-host";
import { oncePerProcess } from "@/server/process";

export interface KeptBuild extends SuiteBuild {
  readonly sha256: string;
}

export interface NodeSuite {
  readonly installed: Observed<SuiteBuild>;
  /** The build that ran before the last upgrade. Null: none is kept. */
  readonly kept: Observed<KeptBuild | null>;
}

/** `zsha -v` on a busy node. */
const answerMs = 15_000;
/** Two short programs per node: made anew no sooner than this, however many look. Longer shows an old version longer. */
const lookAgeMs = 15_000;

interface Standing {
  readonly atMs: number;
  readonly look: Promise<Readonly<Record<string, NodeSuite>>>;
}
const standings = (): Map<string, Standing> => oncePerProcess("suite looks", () => new Map<string, Standing>());

/** Which build each node has in place and which it has kept. */
export async function suiteLook(clusterId: string, fresh = false): Promise<Readonly<Record<string, NodeSuite>>> {
  const standing = standings().get(clusterId);
  if (!fresh && standing !== undefined && Date.now() - standing.atMs < lookAgeMs) return await standing.look;
  const look = lookNow(clusterId);
  standings().set(clusterId, { atMs: Date.now(), look });
  return await look;
}

async function lookNow(clusterId: string): Promise<Readonly<Record<string, NodeSuite>>> {
  const nodes = await nodesOf(clusterId);
  return Object.fromEntries(
    await Promise.all(
      nodes.map(async ({ name }) => {
        const host = await hostOf(clusterId, name);
        const [installed, kept] = await Promise.all([buildOf(host, suitePaths.executable), keptOn(host)]);
        return [name, { installed, kept }] as const;
      }),
    ),
  );
}

async function buildOf(host: RemoteHost, path: string): Promise<Observed<SuiteBuild>> {
  const at = new Date().toISOString();
  const result = await host
    .exec([path, "-v"], { timeoutMs: answerMs })
    .catch((error: unknown) => formatErrorChain(error));
  if (typeof result === "string") return unknown(result, at);
  if (isOutcomeUnknown(result)) return unknown(say("no-answer-within", { seconds: answerMs / 1000 }), at);
  const build = parseVersionText(result.stdout);
  return build === null ? unknown(unreadable(path, host.node, result.stderr), at) : known(build, at);
}

const unreadable = (path: string, node: string, stderr: string): Sentence =>
  say("command-said", { command: `${path} -v`, node, said: stderr.trim().slice(-200) });

async function keptOn(host: RemoteHost): Promise<Observed<KeptBuild | null>> {
  const at = new Date().toISOString();
  try {
    const sha256 = (await host.readFile(formerBuildPath))?.trim();
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) return known(null, at);
    const build = await buildOf(host, buildPath(sha256));
    return build.state === "known" ? known({ ...build.value, sha256 }, at) : build;
  } catch (error) {
    return unknown(formatErrorChain(error), at);
  }
}

/** `find -printf`: name and time of last change. */
const backupLine = /^(\d+)\.json (\d+)/;
/** find: the directory is not there. */
const noDirectory = 1;

/** Former configurations as they lie on a node, newest first; null: the node does not answer. */
export async function configBackups(host: RemoteHost): Promise<KeptConfig[] | null> {
  const argv = ["find", configBackupDirectory, "-maxdepth", "1", "-name", "*.json", "-printf", "%f %T@\\n"];
  const result = await host.exec(argv, { timeoutMs: answerMs });
  if (result.kind !== "exited" || (result.code !== 0 && result.code !== noDirectory)) return null;
  return result.stdout
    .split("\n")
    .flatMap((line) => {
      const found = backupLine.exec(line);
      if (found === null) return [];
      return [{ version: Number(found[1]), at: new Date(Number(found[2]) * 1000).toISOString() }];
    })
    .toSorted((a, b) => b.version - a.version);
}

const memberSchema = z.string().transform((text) => clusterFileSchema.parse(JSON.parse(text)));

/** What the node was set up with: its Ceph user and the protocol it speaks. */
export async function memberOf(host: RemoteHost): Promise<z.infer<typeof memberSchema> | null> {
  const text = await host.readFile(suitePaths.clusterFile);
  return text === null ? null : memberSchema.parse(text);
}
