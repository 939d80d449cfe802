import type { ClusterStatus } from "@/contract/cluster-status";
import type { MaintenanceRecord } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import type { OkToStop } from "@/contract/maintenance-guards";
import type { FlagsOfRun } from "@/contract/open-bracket";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { hostOf } from "@/server/cluster/service";
import { type PlatformSight, platformSight } from "@/server/maintenance/platform-sight";
import { flagsOfRuns } from "@/server/maintenance/run-notes";
import { type CommandResult, isOutcomeUnknown, type RemoteHost } from "@/server/ports/remote-host";
import { oncePerProcess } from "@/server/process";
import {
  busyExitCode,
  type CephFlags,
  flagsDumpCommand,
  okToStopCommand,
  readFlags,
  refusalOf,
} from "@/server/steps/maintenance/ceph";
import { noDirectory, parseRecords, recordListCommand } from "@/server/steps/maintenance/record";

/** What the live status does not tell and maintenance must know. */
export interface MaintenanceLook {
  readonly open: Observed<readonly MaintenanceRecord[]>;
  readonly flags: Observed<CephFlags>;
  readonly platform: Observed<PlatformSight | null>;
  readonly flagsOfRuns: Readonly<Record<string, FlagsOfRun>>;
  /** This Ceph can keep the OSDs of one host in without touching the others. */
  readonly canFlagHost: boolean;
}

export interface OsdLook extends MaintenanceLook {
  /** Node → Ceph's answer for its OSDs; a node without OSDs is not in it. */
  readonly okToStop: Readonly<Record<string, Observed<OkToStop>>>;
}

/** `ceph` starts a program of its own on a node: made anew no sooner than this, however many look. Longer shows a risk later. */
const lookAgeMs = 8_000;
/** Another Ceph comes with an upgrade, node by node. Shorter: a program is started for what is known. */
const versionAgeMs = 10 * 60_000;
/** `ceph` waits for its monitors for minutes; nobody who looks does. */
const answerMs = 12_000;
/** `osd set-group` came with Nautilus. */
const groupFlagsSince = 14;

interface Standing {
  atMs: number;
  look: Promise<NodesLook>;
}
const standings = (): Map<string, Standing> => oncePerProcess("maintenance looks", () => new Map<string, Standing>());
const versions = (): Map<string, { atMs: number; major: Observed<number> }> =>
  oncePerProcess("Ceph versions", () => new Map());

/** The newest look; one that is too old is made anew, once at a time. */
export const maintenanceLook = (clusterId: string, status: ClusterStatus, fresh = false): Promise<MaintenanceLook> =>
  lookOf(clusterId, status, { fresh, withOsds: false });

/** The same, and of every node whether its OSDs may stop, for which Ceph is asked once per node. */
export const osdLook = (clusterId: string, status: ClusterStatus): Promise<OsdLook> =>
  lookOf(clusterId, status, { fresh: false, withOsds: true });

interface Depth {
  readonly fresh: boolean;
  readonly withOsds: boolean;
}

async function lookOf(clusterId: string, status: ClusterStatus, depth: Depth): Promise<OsdLook> {
  const [onNodes, platform] = await Promise.all([
    nodesLook(clusterId, status, depth),
    platformSight(clusterId, status, depth.fresh),
  ]);
  const records = onNodes.open.state === "known" ? onNodes.open.value : [];
  return { ...onNodes, platform, flagsOfRuns: await flagsOfRuns(records) };
}

type NodesLook = Omit<OsdLook, "platform" | "flagsOfRuns">;

/** Read anew for an order that was just given, and no more than it is judged by: the person who gave it waits. Of the whole cluster Ceph's own status tells it all. */
export const lookForOrder = (clusterId: string, status: ClusterStatus, subject: string): Promise<NodesLook> =>
  lookNow(clusterId, status, subject);

async function nodesLook(clusterId: string, status: ClusterStatus, { fresh, withOsds }: Depth): Promise<NodesLook> {
  const [bare, full] = [clusterId, `${clusterId} with OSDs`];
  const young = (withOsds ? [full] : [full, bare])
    .map((key) => standings().get(key))
    .find((standing) => standing !== undefined && Date.now() - standing.atMs < lookAgeMs);
  if (!fresh && young !== undefined) return await young.look;
  const look = lookNow(clusterId, status, withOsds ? null : noNode);
  standings().set(withOsds ? full : bare, { atMs: Date.now(), look });
  return await look;
}

/** No node has this name: none is asked about its OSDs. */
const noNode = "";

/** `subject`: the node whose OSDs are asked about; null: every node's. */
async function lookNow(clusterId: string, status: ClusterStatus, subject: string | null): Promise<NodesLook> {
  const asker = await firstAnswering(clusterId, status);
  const at = (): string => new Date().toISOString();
  if (asker === null) {
    const nobody = unknown<never>(say("no-node-answered"), at());
    return { okToStop: {}, open: nobody, flags: nobody, canFlagHost: true };
  }
  const ask = async <T>(
    argv: readonly string[],
    allow: readonly number[],
    read: (answer: { code: number; stdout: string; stderr: string }) => T | null,
  ): Promise<Observed<T>> => {
    const result = await asker.exec(argv, { timeoutMs: answerMs }).catch((error: unknown) => formatErrorChain(error));
    if (typeof result === "string") return unknown(result, at());
    if (result.kind !== "exited" || (result.code !== 0 && !allow.includes(result.code)))
      return unknown(whyNot(asker.node, argv, result), at());
    const value = read(result);
    return value === null ? unknown(say("ceph-unclear", { error: argv.join(" ") }), at()) : known(value, at());
  };
  const osds = subject === wholeCluster ? [] : osdsOf(status);
  const concerned = (osds ?? []).filter(([node]) => subject === null || node === subject);
  const [answers, open, flags, version] = await Promise.all([
    Promise.all(
      concerned.map(async ([node, ids]) => {
        const read = ({ code, stderr }: { code: number; stderr: string }) => ({
          ok: code === 0,
          said: refusalOf(stderr),
        });
        return [node, await ask<OkToStop>(okToStopCommand(ids), [busyExitCode], read)] as const;
      }),
    ),
    ask(recordListCommand, [noDirectory], ({ code, stdout }) => (code === 0 ? readRecords(stdout) : [])),
    osds?.length === 0
      ? known<CephFlags>({ cluster: [], byHost: {} }, at())
      : ask(flagsDumpCommand, [], ({ stdout }) => readFlags(stdout)),
    subject === wholeCluster ? known(Number.NaN, at()) : cephMajor(clusterId, () => ask(versionCommand, [], majorOf)),
  ]);
  const canFlagHost = version.state === "unknown" || !(version.value < groupFlagsSince);
  return { okToStop: Object.fromEntries(answers), open, flags, canFlagHost };
}

const versionCommand = ["ceph", "--version"];
const majorOf = ({ stdout }: { stdout: string }): number => Number(/version (\d+)/.exec(stdout)?.[1] ?? Number.NaN);

async function cephMajor(clusterId: string, read: () => Promise<Observed<number>>): Promise<Observed<number>> {
  const before = versions().get(clusterId);
  if (before !== undefined && Date.now() - before.atMs < versionAgeMs) return before.major;
  const major = await read();
  if (major.state === "known") versions().set(clusterId, { atMs: Date.now(), major });
  return major;
}

function readRecords(text: string): MaintenanceRecord[] | null {
  try {
    return parseRecords(text);
  } catch {
    return null;
  }
}

function whyNot(node: string, argv: readonly string[], result: CommandResult): Sentence {
  if (isOutcomeUnknown(result)) return say("no-answer-within", { seconds: answerMs / 1000 });
  return say("command-said", { command: argv.slice(0, 3).join(" "), node, said: refusalOf(result.stderr) });
}

/** Null: not known. */
function osdsOf({ ha, nodes }: ClusterStatus): [string, number[]][] | null {
  if (ha.state === "unknown" || ha.value.ceph.state === "unknown") return null;
  const { osdsByHost } = ha.value.ceph.value;
  if (osdsByHost === null) return null;
  return nodes.flatMap(({ name }) => {
    const ids = (osdsByHost[name] ?? []).map(({ id }) => id);
    return ids.length === 0 ? [] : [[name, ids]];
  });
}

/** One that is cut off from the others would be asked in vain. */
async function firstAnswering(clusterId: string, status: ClusterStatus): Promise<RemoteHost | null> {
  const answering = status.nodes.filter(({ link }) => link.state === "known" && link.value.reachable);
  const found = answering.find(({ member }) => member.state === "known" && member.value === "alive") ?? answering[0];
  return found === undefined ? null : await hostOf(clusterId, found.name);
}
