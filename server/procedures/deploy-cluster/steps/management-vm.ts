import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { perNodeValue } from "@/contract/ha-config";
import { suitePaths } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { platformUiPort } from "@/server/ports/platform";
import {
  type DeployContext,
  type DeploymentAssets,
  type DeployStep,
  firstNode,
  nodeNames,
  shown,
} from "@/server/steps/deployment/deploy-step";
import type { DeploymentInput } from "@/contract/deployment-input";

const statusCommand = [suitePaths.executable, "status", "--json"];
/** Election, fence and QEMU take seconds; the guest's own boot on a slow disk minutes. */
const runningWaitMs = 180_000;
/** A busy libvirt makes a running VM unknown for some seconds: one such reading is no failure. Longer delays a true one. */
const confirmWaitMs = 30_000;
const answersWaitMs = 600_000;
/** `zsha status` asks every node: more often it takes processor time from the start it watches. */
const statusPollMs = 1_000;
/** One small request to the guest; longer is idle time at the very end of a deployment. */
const answerPollMs = 500;

/** The management VM's address when it runs on `node`. */
export function managementIpOn(input: DeploymentInput, node: string): string | null {
  const network = input.config.Network.find((entry) => entry.IsMgmt);
  return network === undefined ? null : perNodeValue(network.Ipaddr, node);
}

async function haStatus(context: DeployContext<DeploymentInput>): Promise<HaStatus | null> {
  const { stdout } = await context.command(statusCommand, {
    node: firstNode(context.input),
    allow: [1],
    timeoutMs: 20_000,
  });
  const parsed = haStatusSchema.safeParse(JSON.parse(stdout.trim().split("\n").at(-1) || "null"));
  return parsed.success ? parsed.data : null;
}

function whatIsMissing(input: DeploymentInput, status: HaStatus | null): Sentence | null {
  if (status === null) return say("status-no-answer");
  const silent = nodeNames(input).filter(
    (name) => status.services.find((service) => service.node === name)?.state !== "running",
  );
  if (silent.length > 0) return say("zshad-not-running", { nodes: silent.join(", ") });
  const { state } = status.managementVm;
  if (state !== "running") return say(`vm-is-${state}`);
  return null;
}

/** The proof of the whole deployment: every zshad runs, one QEMU runs, and the guest itself answers. */
export const managementVm = (assets: DeploymentAssets): DeployStep<DeploymentInput> => ({
  plan: (input) => ({
    id: "verify-management-vm",
    phase: "verify",
    cells: ["cluster"],
    commands: [
      shown(firstNode(input), statusCommand),
      { node: "panel", text: `GET http://«management VM»:${platformUiPort}/` },
    ],
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 90,
    timeoutSeconds: 900,
  }),
  definition: {
    id: "verify-management-vm",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      let missing: Sentence | null = null;
      const look = async () => {
        missing = whatIsMissing(context.input, await haStatus(context));
        if (missing !== null) context.progress(null, null, missing);
        return missing === null ? true : null;
      };
      await pollUntil(look, { timeoutMs: runningWaitMs, everyMs: statusPollMs, signal: context.signal });
      context.progress(null, null, missing ?? say("vm-waiting-for-guest"));
    },
    async verify(context) {
      let missing: Sentence | null = null;
      const look = async () => {
        const status = await haStatus(context);
        missing = whatIsMissing(context.input, status);
        return missing === null ? status : null;
      };
      const ready = await pollUntil(look, { timeoutMs: confirmWaitMs, everyMs: statusPollMs, signal: context.signal });
      if (ready === null)
        return {
          reached: false,
          missing: say("vm-not-ready", { what: missing ?? say("status-no-answer"), seconds: runningWaitMs / 1000 }),
        };
      const node = ready.managementVm.node ?? "";
      const ip = managementIpOn(context.input, node);
      if (ip === null) return { reached: false, missing: say("vm-no-address", { node }) };
      const bounds = { timeoutMs: answersWaitMs, everyMs: answerPollMs, signal: context.signal };
      const url = `http://${ip}:${platformUiPort}`;
      const answer = await pollUntil(() => assets.platform.uiStatus(ip, context.signal), bounds);
      if (answer === null)
        return {
          reached: false,
          missing: say("vm-no-answer", { node, url, seconds: answersWaitMs / 1000 }),
        };
      return {
        reached: true,
        observed: say("vm-answers", { node, epoch: ready.managementVm.epoch ?? "?", url, status: answer }),
      };
    },
  },
});
