import type { BracketKind } from "@/contract/bracket-kinds";
import type { ClusterStatus } from "@/contract/cluster-status";
import { maintenanceFlags } from "@/contract/maintenance-flags";
import type { MaintenanceRecord } from "@/contract/maintenance";
import { manualFlags, wholeCluster } from "@/contract/maintenance-subject";
import type { Observed } from "@/contract/observed";
import { runOfActor } from "@/contract/run-actor";

export type BracketAuthor =
  | { readonly by: "run"; readonly runId: string; readonly actor: string | null }
  /** The order itself names him. */
  | { readonly by: "order"; readonly actor: string }
  | { readonly by: "unknown" };

export interface OpenBracket {
  readonly kind: BracketKind;
  readonly node: string | null;
  readonly flags: readonly string[];
  readonly author: BracketAuthor;
  /** From whoever noted it; null: nobody did. */
  readonly since: string | null;
  /** Of a maintenance: what ends it. */
  readonly record: MaintenanceRecord | null;
}

/** One name per bracket, stable as long as it stays open. */
export const bracketName = ({ kind, node }: Pick<OpenBracket, "kind" | "node">): string =>
  node === null ? kind : `${kind} ${node}`;

/** How a run of this panel found Ceph's flags: `not-set` as long as its step has not set them, `found` when they were there before. */
export type FlagsOfRun = "set" | "found" | "not-set";

/** What is not in the live status. Null: nobody was asked. */
export interface BracketLook {
  readonly open: Observed<readonly MaintenanceRecord[]>;
  readonly flags: Observed<{
    readonly cluster: readonly string[];
    readonly byHost: Readonly<Record<string, readonly string[]>>;
  }>;
  /** Null: a cluster without a platform. */
  readonly platform: Observed<{
    readonly vmHa: string | null;
    readonly hosts: Readonly<Record<string, { readonly state: string }>>;
  } | null>;
  /** By run id; a run that is missing was made by another panel, and its record is all there is. */
  readonly flagsOfRuns: Readonly<Record<string, FlagsOfRun>>;
}

const byHand = { author: { by: "unknown" }, since: null, record: null } as const;
const isPerson = (flag: string): boolean => maintenanceFlags.has(flag);

/** Takes a status already passed through withStaleAsUnknown. What could not be read is in none of them: see `unreadBrackets`. */
export function openBrackets(status: ClusterStatus, look: BracketLook | null): OpenBracket[] {
  const records = look?.open.state === "known" ? look.open.value : [];
  return [
    ...records.map(maintenance),
    ...cephFlags(status, look, records),
    ...stoppedIntent(status, records),
    ...servicesOff(status, records),
    ...(look === null ? [] : atPlatform(look, records)),
  ];
}

function maintenance(record: MaintenanceRecord): OpenBracket {
  return {
    kind: "maintenance",
    node: record.subject === wholeCluster ? null : record.subject,
    flags: [],
    author: { by: "run", runId: record.runId, actor: record.actor },
    since: record.at,
    record,
  };
}

/** Flags that this maintenance has set, as far as the journal of its run says. */
function ownFlags(record: MaintenanceRecord, look: BracketLook | null): { cluster: readonly string[]; host: boolean } {
  const isSet = (look?.flagsOfRuns[record.runId] ?? "set") === "set";
  return { cluster: isSet && record.flags === "cluster" ? manualFlags : [], host: isSet && record.flags === "host" };
}

function cephFlags(
  status: ClusterStatus,
  look: BracketLook | null,
  records: readonly MaintenanceRecord[],
): OpenBracket[] {
  const live = status.ha.state === "known" ? status.ha.value.ceph : null;
  const dump = look?.flags.state === "known" ? look.flags.value : null;
  const set = dump?.cluster ?? (live?.state === "known" ? live.value.flags : []);
  const owned = new Set(records.flatMap((record) => ownFlags(record, look).cluster));
  const left = set.filter((flag) => isPerson(flag) && !owned.has(flag));
  const cluster: OpenBracket[] =
    left.length === 0 ? [] : [{ kind: "cluster-flags", node: null, flags: left, ...byHand }];
  const hosts = Object.entries(dump?.byHost ?? {}).flatMap(([node, flags]): OpenBracket[] => {
    const isOwned = records.some((record) => record.subject === node && ownFlags(record, look).host);
    const others = flags.filter((flag) => isPerson(flag) && !(isOwned && flag === "noout"));
    return others.length === 0 ? [] : [{ kind: "host-flags", node, flags: others, ...byHand }];
  });
  return [...cluster, ...hosts];
}

const isCovered = (records: readonly MaintenanceRecord[], node: string | null): boolean =>
  records.some(({ subject }) => subject === wholeCluster || subject === node);

function stoppedIntent({ intent }: ClusterStatus, records: readonly MaintenanceRecord[]): OpenBracket[] {
  if (intent.state === "unknown" || intent.value?.want !== "stopped" || isCovered(records, null)) return [];
  const { actor, at } = intent.value;
  const runId = runOfActor(actor);
  const author: BracketAuthor = runId === null ? { by: "order", actor } : { by: "run", runId, actor: null };
  return [{ kind: "stopped-intent", node: null, flags: [], author, since: at, record: null }];
}

/** A node that lives and takes no part in HA. One that is down is no bracket. */
function servicesOff({ ha, nodes }: ClusterStatus, records: readonly MaintenanceRecord[]): OpenBracket[] {
  if (ha.state === "unknown") return [];
  return ha.value.services.flatMap(({ node, state }): OpenBracket[] => {
    const member = nodes.find(({ name }) => name === node)?.member;
    const lives = member?.state === "known" && member.value === "alive";
    if (state !== "stopped" || !lives || isCovered(records, node)) return [];
    return [{ kind: "ha-service-off", node, flags: [], ...byHand }];
  });
}

function atPlatform({ platform }: BracketLook, records: readonly MaintenanceRecord[]): OpenBracket[] {
  if (platform.state === "unknown" || platform.value === null) return [];
  const { vmHa, hosts } = platform.value;
  const off: OpenBracket[] =
    vmHa === "false" && !isCovered(records, null) ? [{ kind: "vm-ha-off", node: null, flags: [], ...byHand }] : [];
  const kept = Object.entries(hosts).filter(
    ([node, { state }]) => /maintenance$/i.test(state) && !isCovered(records, node),
  );
  return [...off, ...kept.map(([node]): OpenBracket => ({ kind: "host-maintenance", node, flags: [], ...byHand }))];
}

/** Kinds nobody can say anything about now: neither that one is open nor that none is. */
export function unreadBrackets(status: ClusterStatus, look: BracketLook | null): BracketKind[] {
  const unread: BracketKind[] = [];
  if (look?.open.state !== "known") unread.push("maintenance");
  if (look?.flags.state !== "known") unread.push("cluster-flags", "host-flags");
  if (status.intent.state === "unknown") unread.push("stopped-intent");
  if (status.ha.state === "unknown") unread.push("ha-service-off");
  if (look?.platform.state !== "known") unread.push("vm-ha-off", "host-maintenance");
  return unread;
}

/** The commands a person would type, on any node, in this order. */
export function endingCommands({ kind, node, flags }: Pick<OpenBracket, "kind" | "node" | "flags">): string[][] {
  switch (kind) {
    case "cluster-flags":
      return [...new Set(flags.map((flag) => (flag.startsWith("pause") ? "pause" : flag)))].map((flag) => [
        "ceph",
        "osd",
        "unset",
        flag,
      ]);
    case "host-flags":
      return flags.map((flag) => ["ceph", "osd", "unset-group", flag, node ?? ""]);
    case "stopped-intent":
      return [["zsha", "start"]];
    case "ha-service-off":
      return [["systemctl", "start", "zsha.service"]];
    case "maintenance":
    case "vm-ha-off":
    case "host-maintenance":
      return [];
  }
}

/** A maintenance takes a working day; whatever nobody owns is likely forgotten. Longer: reminded of too late. Shorter: cried wolf. */
export const remindAfterMs = { owned: 8 * 3_600_000, unowned: 3_600_000 } as const;

/** Since when it should have ended; null: it is not late yet. `firstSeenAt` is the panel's own first sight of it. */
export function overdueSince(bracket: OpenBracket, firstSeenAt: string | null, nowMs: number): string | null {
  const from = bracket.since ?? firstSeenAt;
  if (from === null) return null;
  const limitMs = bracket.author.by === "unknown" ? remindAfterMs.unowned : remindAfterMs.owned;
  const dueMs = Date.parse(from) + limitMs;
  return nowMs > dueMs ? new Date(dueMs).toISOString() : null;
}
