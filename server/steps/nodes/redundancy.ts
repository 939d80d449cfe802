import type { CephStatus } from "@/contract/ha-status";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { shown, statusCommand, whatIsMissing } from "@/server/steps/maintenance/maintenance-step";
import {
  haNow,
  helperOf,
  makesCeph,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

/** Terabytes over one link take a day; shorter parks a run that is on its way. */
const recoverySeconds = 48 * 3_600;
const pollMs = 3_000;

interface Redundancy {
  readonly fraction: number;
  readonly missing: Sentence | null;
}

/** All placement groups clean, and every OSD the map knows up and in. */
export function redundancyOf({ pgs, osds }: Pick<CephStatus, "pgs" | "osds">): Redundancy {
  const clean = Object.entries(pgs.byState).reduce(
    (sum, [state, count]) => (state.split("+").includes("clean") && state.startsWith("active") ? sum + count : sum),
    0,
  );
  const down = osds.total - Math.min(osds.up, osds.in);
  const whole = clean === pgs.total && down === 0;
  return {
    fraction: pgs.total === 0 ? 1 : clean / pgs.total,
    missing: whole ? null : say("data-copies-missing", { unclean: pgs.total - clean, total: pgs.total, down }),
  };
}

async function now(context: NodeChangeContext): Promise<Redundancy> {
  const { ceph } = await haNow(context);
  if (ceph.state === "known") return redundancyOf(ceph.value);
  return { fraction: 0, missing: say("guard-unread", { what: say("reading-ceph"), reason: ceph.reason }) };
}

/** The end of a replacement as Ceph sees it: as many copies as before. */
export const redundancyStep: NodeChangeStep = {
  plan: (input) =>
    makesCeph(input)
      ? {
          id: "verify-data-redundancy",
          phase: "verify",
          cells: [helperOf(input)],
          commands: [shown(helperOf(input), statusCommand)],
          undo: { kind: "none", because: say("only-looks") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 1_800,
          timeoutSeconds: recoverySeconds + 300,
        }
      : null,
  definition: {
    id: "verify-data-redundancy",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const look = async () => {
        let fraction: number | null = null;
        const missing = await whatIsMissing(async () => {
          const seen = await now(context);
          ({ fraction } = seen);
          return seen.missing;
        });
        if (missing !== null) context.progress(fraction, null, missing);
        return missing === null ? true : null;
      };
      await pollUntil(look, { timeoutMs: recoverySeconds * 1000, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const { missing } = await now(context);
      return missing === null ? { reached: true, observed: say("data-has-all-copies") } : { reached: false, missing };
    },
  },
};
