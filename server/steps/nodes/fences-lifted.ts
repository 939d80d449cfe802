import { say, sentenceText } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { shown, statusCommand } from "@/server/steps/maintenance/maintenance-step";
import { haNow, helperOf, type NodeChangeContext, type NodeChangeStep } from "@/server/steps/nodes/node-change-step";

/** The suite waits two minutes before it lifts, and looks every half a minute; a busy Ceph takes longer to answer. */
const liftWaitMs = 600_000;
const pollMs = 5_000;

/** Fenced addresses of the dead machine's QEMUs that Ceph still shuts out. */
async function waiting(context: NodeChangeContext): Promise<string[]> {
  const ips = context.input.leaving.map(({ storageIp }) => storageIp);
  const { alarms } = await haNow(context);
  const listed = alarms.flatMap(({ code, facts }) =>
    code === "blocklist-waiting" ? sentenceText(facts["addresses"] ?? "").split(", ") : [],
  );
  return listed.filter((address) => ips.some((ip) => address.startsWith(`${ip}:`)));
}

/**
 * The new machine's own daemon lifts what was fenced at its address, once it has proven that no QEMU runs there (design I3): a panel
 * that lifted by itself would trust a person's word about a machine nobody can ask any more.
 */
export const fencesLiftedStep: NodeChangeStep = {
  plan: (input) => ({
    id: "verify-fences-lifted",
    phase: "ha",
    cells: [helperOf(input)],
    commands: [shown(helperOf(input), statusCommand)],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 180,
    timeoutSeconds: 900,
  }),
  definition: {
    id: "verify-fences-lifted",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const look = async () => {
        const left = await waiting(context);
        if (left.length > 0) context.progress(null, null, say("fences-wait", { addresses: left.join(", ") }));
        return left.length === 0 ? true : null;
      };
      await pollUntil(look, { timeoutMs: liftWaitMs, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const left = await waiting(context);
      return left.length === 0
        ? { reached: true, observed: say("fences-lifted") }
        : { reached: false, missing: say("fences-wait", { addresses: left.join(", ") }) };
    },
  },
};
