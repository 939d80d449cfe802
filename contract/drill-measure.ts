import type { HistoryRecord } from "@/contract/consul-keys";
import {
  type DrillInput,
  type DrillResult,
  type DrillSight,
  drillSightSchema,
  type DrillVerdict,
} from "@/contract/drill";

type OwnerSight = Extract<DrillSight, { what: "owner" }>;
type GuestSight = Extract<DrillSight, { what: "guest" }>;

/** JSON lines as the looking node wrote them; the last one may be half written while it is being read. */
export function parseSights(text: string): DrillSight[] {
  return text.split("\n").flatMap((line) => {
    try {
      const parsed = drillSightSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** How far a recovery is. Each next state includes the one before. */
export type DrillStage =
  | { at: "armed" }
  | { at: "running"; node: string; runningMs: number }
  | { at: "answering"; node: string; runningMs: number; guestMs: number; record: HistoryRecord | null };

export interface DrillGoal extends Pick<DrillInput, "fault" | "owner" | "standby"> {
  /** By the owner's clock, corrected to the looking node's. */
  readonly injectedMs: number;
  /** Owner's clock minus the looking node's. */
  readonly ownerAheadMs?: number;
}

const runningOwner = (sight: DrillSight): sight is OwnerSight & { node: string } =>
  sight.what === "owner" && sight.held && sight.phase === "running" && sight.node !== null;

/** The owner as it was before anything was done to it: the first that was seen. */
export function ownerBefore(sights: readonly DrillSight[]): { node: string; epoch: number } | null {
  const first = sights.find(runningOwner);
  return first === undefined ? null : { node: first.node, epoch: first.epoch };
}

/** Pure: the same sights give the same answer, however often they are read. */
export function drillStage(sights: readonly DrillSight[], goal: DrillGoal): DrillStage {
  const running = runningAgain(sights, goal);
  if (running === null) return { at: "armed" };
  const record = recordOf(sights, goal, running.epoch);
  // A cut owner's old guest may still answer from memory; only the suite's own word says that the new one does.
  const notBefore = goal.fault === "owner-cut" ? (record?.atMs ?? null) : running.atMs;
  const guestMs = notBefore === null ? null : answersFrom(sights, notBefore);
  const stage = { node: running.node, runningMs: running.atMs };
  if (guestMs === null) return { at: "running", ...stage };
  return { at: "answering", ...stage, guestMs, record: record?.record ?? null };
}

function runningAgain(
  sights: readonly DrillSight[],
  goal: DrillGoal,
): { node: string; epoch: number; atMs: number } | null {
  const before = ownerBefore(sights);
  if (before === null) return null;
  if (goal.fault === "daemon-crash") {
    // Only the adoption tells the successor from a last line that the old daemon wrote while the kill was on its way.
    const adopted = recordOf(sights, goal, before.epoch)?.record;
    if (adopted === undefined) return null;
    const beganMs = Date.parse(adopted.at) - (adopted.seconds.total ?? 0) * 1000 - (goal.ownerAheadMs ?? 0);
    return { ...before, atMs: beganMs };
  }
  const taken = sights.find((sight) => runningOwner(sight) && sight.epoch > before.epoch);
  return taken !== undefined && runningOwner(taken) ? { node: taken.node, epoch: taken.epoch, atMs: taken.atMs } : null;
}

function recordOf(sights: readonly DrillSight[], goal: DrillGoal, epoch: number) {
  const wanted = (record: HistoryRecord): boolean =>
    goal.fault === "daemon-crash"
      ? record.kind === "adopt" &&
        record.epoch === epoch &&
        Date.parse(record.at) - (goal.ownerAheadMs ?? 0) > goal.injectedMs
      : record.epoch === epoch && record.kind !== "stop" && record.kind !== "adopt";
  const found = sights.find((sight) => sight.what === "history" && wanted(sight.record));
  return found?.what === "history" ? found : null;
}

const guestSights = (sights: readonly DrillSight[]): GuestSight[] => sights.filter((sight) => sight.what === "guest");

/** When the guest answers at or after `fromMs`: at once when it answered all along. Null: it does not, or nobody looked. */
function answersFrom(sights: readonly DrillSight[], fromMs: number): number | null {
  const guests = guestSights(sights);
  const standing = guests.filter((sight) => sight.atMs <= fromMs).at(-1);
  if (standing?.answers === true) return fromMs;
  return guests.find((sight) => sight.atMs > fromMs && sight.answers)?.atMs ?? null;
}

/** Longest time without an answer that ended after the fault; a silence still going on is not counted as over. */
export function longestSilence(sights: readonly DrillSight[], injectedMs: number): number | null {
  const guests = guestSights(sights);
  if (!guests.some((sight) => sight.answers)) return null;
  let longest = 0;
  for (const [place, sight] of guests.entries()) {
    const back = guests[place + 1];
    if (sight.answers || back === undefined || back.atMs < injectedMs) continue;
    longest = Math.max(longest, back.atMs - (sight.lastAnswerMs ?? sight.atMs));
  }
  return longest / 1000;
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** Null while the recovery is not complete. */
export function drillResult(
  sights: readonly DrillSight[],
  input: DrillInput,
  injectedMs: number,
  ownerAheadMs = 0,
): DrillResult | null {
  const stage = drillStage(sights, { ...input, injectedMs, ownerAheadMs });
  const before = ownerBefore(sights);
  const last = sights.filter(runningOwner).at(-1);
  if (stage.at !== "answering" || before === null || last === undefined) return null;
  const runningSeconds = seconds(stage.runningMs - injectedMs);
  const guestSeconds = seconds(stage.guestMs - injectedMs);
  const silence = longestSilence(sights, injectedMs);
  const silentSeconds = silence === null ? null : Math.round(silence * 10) / 10;
  const after = { node: last.node, epoch: last.epoch };
  return {
    injectedAt: new Date(injectedMs).toISOString(),
    before,
    after,
    runningSeconds,
    guestSeconds,
    silentSeconds,
    record: stage.record,
    promise: input.promise,
    verdict: verdictOf(input, { runningSeconds, guestSeconds, silentSeconds, before, after, first: stage.node }),
  };
}

function verdictOf(
  { fault, owner, standby, promise }: DrillInput,
  seen: Pick<DrillResult, "runningSeconds" | "guestSeconds" | "silentSeconds" | "before" | "after"> & { first: string },
): DrillVerdict {
  const { after, before, first } = seen;
  const isWhereItShould: Record<DrillInput["fault"], boolean> = {
    // Neither moved nor started anew.
    "daemon-crash": after.node === owner && after.epoch === before.epoch,
    "qemu-crash": after.node === owner,
    "guest-halt": after.node === owner,
    "node-crash": first !== owner,
    "owner-cut": first !== owner,
    migration: first === standby && after.node === owner,
  };
  if (!isWhereItShould[fault]) return "elsewhere";
  const within =
    seen.runningSeconds <= promise.runningSeconds &&
    (seen.guestSeconds ?? Number.POSITIVE_INFINITY) <= promise.guestSeconds &&
    (promise.silentSeconds === null || (seen.silentSeconds ?? 0) <= promise.silentSeconds);
  return within ? "as-promised" : "slower";
}
