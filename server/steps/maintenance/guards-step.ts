import { factsOfHa, type MaintenanceGuard, maintenanceGuards, type OkToStop } from "@/contract/maintenance-guards";
import { type MaintenanceKind, type MaintenanceRecord, subjectsOf } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { known, type Observed } from "@/contract/observed";
import { joined, say, type Sentence, sentenceText } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { okToStop } from "@/server/steps/maintenance/ceph";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  statusLook,
  statusWithin,
} from "@/server/steps/maintenance/maintenance-step";
import { openRecords } from "@/server/steps/maintenance/record";
import { SharedLook } from "@/server/steps/maintenance/shared-look";

/** One reading of a busy cluster may go unanswered right after a good one. */
const confirmWaitMs = 45_000;
const pollMs = 2_000;

/**
 * Nothing is done between this step's two looks, so the second takes over what the first has just read. Longer would pass a change over; the
 * last step asks once more in any case.
 */
const sameLookMs = 10_000;

/** The guards as they are now, from the nodes themselves. */
export async function guardsNow(context: MaintenanceContext, kind: MaintenanceKind): Promise<MaintenanceGuard[]> {
  const { subject } = context.input;
  const ha = await statusWithin(context, 0);
  const at = ha.at;
  const asked: Observed<OkToStop> | null = subject === wholeCluster ? null : await okToStop(context, ha, subject);
  const open: Observed<readonly MaintenanceRecord[]> = known(await openRecords(context), at);
  return maintenanceGuards(factsOfHa(ha, at, { okToStop: asked, open }), { kind, subject });
}

type Judged = Pick<MaintenanceGuard, "state" | "sentence">;

/** Every guard that does not hold, each sentence once: one silent program keeps several guards from being read. */
export function openSentence(guards: readonly Judged[]): Sentence | null {
  const open = guards.filter(({ state }) => state !== "holds").map(({ sentence }) => sentence);
  const once = new Map(open.map((sentence) => [sentenceText(sentence), sentence]));
  return once.size === 0 ? null : joined([...once.values()]);
}

const isUnread = ({ state }: Judged): boolean => state === "unknown";

/** Read again while something is only unread, or may pass by itself: a busy Ceph misses one answer in many. What fails is told at once. */
export async function settledGuards<TGuard extends Judged>(
  { signal }: { readonly signal: AbortSignal },
  read: () => Promise<readonly TGuard[]>,
  mayPass: (guard: TGuard) => boolean = isUnread,
): Promise<readonly TGuard[]> {
  let guards: readonly TGuard[] = [];
  const look = async () => {
    guards = await read();
    const open = guards.filter(({ state }) => state !== "holds");
    return open.length > 0 && open.every((guard) => isUnread(guard) || mayPass(guard)) ? null : true;
  };
  await pollUntil(look, { timeoutMs: confirmWaitMs, everyMs: pollMs, signal });
  return guards;
}

/** The same predicates as the button's, asked again by the run itself: between the two somebody may have changed everything. */
export const guardsStep = (kind: MaintenanceKind): MaintenanceStep => {
  const looks = new SharedLook<readonly MaintenanceGuard[]>();
  const missingNow = async (context: MaintenanceContext, withinMs: number): Promise<Sentence | null> =>
    openSentence(
      await looks.take(context.plan, withinMs, () => settledGuards(context, () => guardsNow(context, kind))),
    );
  return {
    plan: (input) => statusLook("verify-maintenance-guards", "prepare", input.helper),
    definition: {
      id: "verify-maintenance-guards",
      async precheck(context) {
        const reason = await missingNow(context, 0);
        return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
      },
      run: async () => await Promise.resolve(),
      async verify(context) {
        const missing = await missingNow(context, sameLookMs);
        return missing !== null
          ? { reached: false, missing }
          : { reached: true, observed: say("guards-hold", { subjects: subjectsOf(context.input).join(", ") }) };
      },
    },
  };
};
