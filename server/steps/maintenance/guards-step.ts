import {
  allHold,
  factsOfHa,
  type MaintenanceGuard,
  maintenanceGuards,
  type OkToStop,
} from "@/contract/maintenance-guards";
import { type MaintenanceKind, type MaintenanceRecord, subjectsOf, wholeCluster } from "@/contract/maintenance";
import { known, type Observed } from "@/contract/observed";
import { joined, say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { okToStop } from "@/server/steps/maintenance/ceph";
import {
  type MaintenanceContext,
  type MaintenanceStep,
  shown,
  statusCommand,
  statusNow,
} from "@/server/steps/maintenance/maintenance-step";
import { openRecords } from "@/server/steps/maintenance/record";

/** One reading of a busy cluster may go unanswered right after a good one. */
const confirmWaitMs = 45_000;
const pollMs = 2_000;

/** The guards as they are now, from the nodes themselves. */
export async function guardsNow(context: MaintenanceContext, kind: MaintenanceKind): Promise<MaintenanceGuard[]> {
  const { subject } = context.input;
  const ha = await statusNow(context);
  const at = ha.at;
  const asked: Observed<OkToStop> | null =
    subject === wholeCluster ? null : known(await okToStop(context, ha, subject), at);
  const open: Observed<readonly MaintenanceRecord[]> = known(await openRecords(context), at);
  return maintenanceGuards(factsOfHa(ha, at, { okToStop: asked, open }), { kind, subject });
}

const openSentence = (guards: readonly MaintenanceGuard[]): Sentence =>
  joined(guards.filter(({ state }) => state !== "holds").map(({ sentence }) => sentence));

/** The same predicates as the button's, asked again by the run itself: between the two somebody may have changed everything. */
export const guardsStep = (kind: MaintenanceKind): MaintenanceStep => ({
  plan: (input) => ({
    id: "verify-maintenance-guards",
    phase: "prepare",
    cells: [input.helper],
    commands: [shown(input.helper, statusCommand)],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 20,
    timeoutSeconds: 180,
  }),
  definition: {
    id: "verify-maintenance-guards",
    async precheck(context) {
      const guards = await guardsNow(context, kind);
      return allHold(guards) ? { kind: "ready" } : { kind: "blocked", reason: openSentence(guards) };
    },
    run: async () => await Promise.resolve(),
    async verify(context) {
      let missing: Sentence = "";
      const look = async () => {
        const guards = await guardsNow(context, kind);
        missing = openSentence(guards);
        return allHold(guards) ? true : null;
      };
      const held = await pollUntil(look, { timeoutMs: confirmWaitMs, everyMs: pollMs, signal: context.signal });
      return held === null
        ? { reached: false, missing }
        : { reached: true, observed: say("guards-hold", { subjects: subjectsOf(context.input).join(", ") }) };
    },
  },
});
