import { bmcSecretSchema, type BmcSecret, subjectsOf } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { factsOfHa, nodeGuards } from "@/contract/maintenance-guards";
import { say, type Saying, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { exitedZero } from "@/server/ports/remote-host";
import { okToStop, osdsOn } from "@/server/steps/maintenance/ceph";
import { openSentence, settledGuards } from "@/server/steps/maintenance/guards-step";
import { knockMs, Silence } from "@/server/steps/maintenance/silence";
import {
  isSilence,
  jsonOf,
  type MaintenanceAssets,
  type MaintenanceContext,
  type MaintenanceStep,
  nodeOf,
  shown,
  statusNow,
  statusWithin,
} from "@/server/steps/maintenance/maintenance-step";

/** An operating system that shuts down stops its services one by one; slow ones have 90 s each. */
const shutdownWaitSeconds = 600;
/** An sshd that ends and is started once more in a shutdown breaks the silence; longer would hide a machine that came back. */
const confirmOffMs = 60_000;
/** Each look is one short command per node. Longer lets a machine that is off count as on; shorter only knocks more often. */
const pollMs = 1_000;
/** A person may come tomorrow. The run waits, and may be cancelled meanwhile. */
const handWaitSeconds = 24 * 3_600;
/** Firmware of a large server tests its memory for minutes. */
const bootWaitSeconds = 1_800;
/** Seen stopped by this very run, which holds the cluster's lock; nodes that go side by side take it from each other. Longer would have the plug pulled on old news. */
const justSeenMs = 10_000;
const offCommand = ["systemctl", "poweroff"];

/** Does anybody answer ssh there now? A refused, silent or dropped connection is no. */
async function answers(context: MaintenanceContext, node: string, timeoutMs = knockMs): Promise<boolean> {
  try {
    return exitedZero(await context.host(node).exec(["true"], { timeoutMs, signal: context.signal }));
  } catch {
    return false;
  }
}

async function bmcOf(context: MaintenanceContext, node: string): Promise<BmcSecret | null> {
  const { power } = nodeOf(context.input, node);
  return power.by === "hand" ? null : bmcSecretSchema.parse(jsonOf(await context.secret(power.secretRef)));
}

const silence = new Silence();
const placeOf = (context: MaintenanceContext, node: string): string => `${context.runId}/${node}`;

/** Off, or silent for a moment: now is the time to listen whether it stays so. */
async function seemsOff(context: MaintenanceContext, assets: MaintenanceAssets, node: string): Promise<true | null> {
  const bmc = await bmcOf(context, node);
  if (bmc !== null) return (await assets.power.state(bmc, context.signal)) === "off" ? true : null;
  const knock = (timeoutMs: number) => answers(context, node, timeoutMs);
  return (await silence.soFar(placeOf(context, node), knock)) === null ? null : true;
}

type Sight =
  | { readonly kind: "off"; readonly observed: Saying }
  | { readonly kind: "on" }
  /** Silent for the panel alone: nothing can be told to it, and it is not off. */
  | { readonly kind: "out-of-reach" };

/** Power is read where there is a controller; else silence that lasts must do, and is told as that. */
async function seenNow(
  context: MaintenanceContext,
  assets: MaintenanceAssets,
  node: string,
  silent: "node-is-silent" | "node-was-silent",
): Promise<Sight> {
  const bmc = await bmcOf(context, node);
  if (bmc !== null) {
    const isOff = (await assets.power.state(bmc, context.signal)) === "off";
    return isOff ? { kind: "off", observed: say("power-is-off", { node }) } : { kind: "on" };
  }
  const knock = (timeoutMs: number) => answers(context, node, timeoutMs);
  if (!(await silence.lasts(placeOf(context, node), knock, context.signal))) return { kind: "on" };
  if (await isHeardByOthers(context, node)) return { kind: "out-of-reach" };
  return { kind: "off", observed: say(silent, { node }) };
}

/** A way that is cut is silent too. Where nodes stay, they say so; where all go at once there is nobody to ask. */
async function isHeardByOthers(context: MaintenanceContext, node: string): Promise<boolean> {
  if (context.input.subject === wholeCluster) return false;
  const ha = await statusNow(context);
  const { members } = factsOfHa(ha, ha.at, { okToStop: null, open: null });
  return members.some((each) => each.node === node && each.member.state === "known" && each.member.value === "alive");
}

/**
 * The first to go takes the majority along, so those after it can tell nothing any more. They need not: without a majority nobody
 * can start the VM that was proven stopped. Only a VM that is seen to run holds them back.
 */
async function whyNotTheLastOnes(context: MaintenanceContext): Promise<Sentence | null> {
  try {
    const { managementVm } = await statusWithin(context, justSeenMs);
    return managementVm.state === "stopped" || managementVm.state === "unknown" ? null : say("vm-not-stopped");
  } catch (error) {
    if (isSilence(error)) return null;
    throw error;
  }
}

/** The last look before the plug: what the guards asked at the beginning may have changed in the meantime. */
async function whyNotNow(context: MaintenanceContext): Promise<Sentence | null> {
  const { subject } = context.input;
  if (subject === wholeCluster) return await whyNotTheLastOnes(context);
  const guards = async () => {
    const ha = await statusNow(context);
    const asked = await okToStop(context, ha, subject);
    const facts = factsOfHa(ha, ha.at, { okToStop: osdsOn(ha, subject)?.length === 0 ? null : asked, open: null });
    return nodeGuards(facts, subject, "must-be-gone");
  };
  return openSentence(await settledGuards(context, guards));
}

export const powerOffStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan(input) {
    const nodes = subjectsOf(input);
    return {
      id: "ensure-power-off",
      phase: "power",
      cells: nodes,
      commands: nodes.map((node) => shown(node, offCommand)),
      undo: { kind: "none", because: say("node-needs-up") },
      pointOfNoReturn: true,
      softTimeoutSeconds: 120,
      timeoutSeconds: shutdownWaitSeconds + 120,
    };
  },
  definition: {
    id: "ensure-power-off",
    async precheck(context) {
      const seen = await seenNow(context, assets, context.cell, "node-was-silent");
      if (seen.kind === "off") return { kind: "already", observed: seen.observed };
      if (seen.kind === "out-of-reach")
        return { kind: "blocked", reason: say("node-out-of-reach", { node: context.cell }) };
      const reason = await whyNotNow(context);
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    async run(context) {
      const { cell } = context;
      // The answer of a machine that switches itself off may never come: what became of it is looked at, not listened for. Where
      // nothing could be sent it throws, and there is nothing to wait for.
      await context.host(cell).exec(offCommand, { timeoutMs: knockMs, signal: context.signal });
      const look = async () => {
        context.progress(null, null, say("shutting-down", { node: cell }));
        return seemsOff(context, assets, cell);
      };
      await pollUntil(look, { timeoutMs: shutdownWaitSeconds * 1000, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      // The silence that run heard the beginning of must last.
      let seen = { kind: "on" } as Sight;
      const look = async () => {
        seen = await seenNow(context, assets, context.cell, "node-is-silent");
        return seen.kind === "off" ? seen.observed : null;
      };
      const off = await pollUntil(look, { timeoutMs: confirmOffMs, everyMs: pollMs, signal: context.signal });
      if (off !== null) return { reached: true, observed: off };
      const missing = seen.kind === "out-of-reach" ? "node-out-of-reach" : "node-still-on";
      return { reached: false, missing: say(missing, { node: context.cell }) };
    },
  },
});

export const powerOnStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan(input) {
    const nodes = subjectsOf(input);
    return {
      id: "ensure-power-on",
      phase: "power",
      cells: nodes,
      commands: nodes.map((node) => ({
        node,
        text:
          nodeOf(input, node).power.by === "ipmi"
            ? `ipmitool -I lanplus -H «${node}'s controller» -E chassis power on`
            : `# press the power button of ${node}`,
      })),
      undo: { kind: "none", because: say("node-stays-on") },
      pointOfNoReturn: false,
      cancellable: true,
      softTimeoutSeconds: 600,
      timeoutSeconds: handWaitSeconds + 120,
    };
  },
  definition: {
    id: "ensure-power-on",
    precheck: async (context) =>
      (await answers(context, context.cell))
        ? { kind: "already", observed: say("node-answers", { node: context.cell }) }
        : { kind: "ready" },
    async run(context) {
      const node = context.cell;
      const bmc = await bmcOf(context, node);
      if (bmc !== null && (await assets.power.state(bmc, context.signal)) === "off")
        await assets.power.switchOn(bmc, context.signal);
      const waiting = bmc === null ? say("waiting-for-button", { node }) : say("waiting-for-boot", { node });
      const look = async () => {
        if (await answers(context, node)) return true;
        context.progress(null, null, waiting);
        return null;
      };
      const timeoutMs = (bmc === null ? handWaitSeconds : bootWaitSeconds) * 1000;
      await pollUntil(look, { timeoutMs, everyMs: pollMs, signal: context.signal });
    },
    verify: async (context) =>
      (await answers(context, context.cell))
        ? { reached: true, observed: say("node-answers", { node: context.cell }) }
        : { reached: false, missing: say("node-silent-yet", { node: context.cell }) },
  },
});
