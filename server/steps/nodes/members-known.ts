import { clusterFileSchema, suitePaths } from "@/contract/node-setup";
import type { PlannedCommand } from "@/contract/run";
import { haNodes } from "@/contract/ha-config";
import { joiningNames, type NodeChangeInput, stayingNames } from "@/contract/node-change";
import { say, type Sentence } from "@/contract/sentence";
import { AppError } from "@/contract/errors";
import { pollUntil } from "@/lib/poll-until";
import { outputOf } from "@/server/steps/deployment/deploy-step";
import { setupInput } from "@/server/steps/deployment/node-setup";
import { jsonOf, shown } from "@/server/steps/maintenance/maintenance-step";
import {
  asDeployment,
  haNow,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

const setupNode = [suitePaths.executable, "setup-node", "--json", "-"];
/** zshad comes back in seconds. Only then the next node: two daemons that start at once are no standby. */
const backWaitMs = 120_000;
const pollMs = 1_000;

/** What this node does not know of the members as they are now; null: it knows all. */
async function unknownOn(context: NodeChangeContext, node: string): Promise<Sentence | null> {
  const parsed = clusterFileSchema.safeParse(jsonOf((await context.host(node).readFile(suitePaths.clusterFile)) ?? ""));
  const missing = say("members-not-known", { node });
  if (!parsed.success) return missing;
  const written = parsed.data.nodes.map(({ name, ip }) => `${ip} ${name}`);
  const wanted = haNodes(context.input.deployment.config).map(({ name, ip }) => `${ip} ${name}`);
  if (written.join() !== wanted.join()) return missing;
  for (const { hostKeyFingerprint } of context.input.deployment.nodes) {
    const { code } = await context.command(["grep", "-qF", hostKeyFingerprint, suitePaths.peerFile], {
      node,
      allow: [1, 2],
    });
    if (code !== 0) return missing;
  }
  return null;
}

/** The owner last: by then every other node can take over. */
async function inOrder(context: NodeChangeContext): Promise<string[]> {
  const { node: owner } = (await haNow(context)).managementVm;
  const nodes = stayingNames(context.input);
  return [...nodes.filter((node) => node !== owner), ...nodes.filter((node) => node === owner)];
}

/**
 * Every member lets the new servers in before the first one is told of them: gossip between servers of which only some may talk
 * calls the living dead. Until the node's own rules are written; where they cannot be changed, they are written right after.
 */
async function openDoors(context: NodeChangeContext): Promise<void> {
  const argv = admit(context.input);
  if (argv === null) return;
  for (const node of stayingNames(context.input)) await context.command(argv, { node, allow: [1] });
}

function doors(input: NodeChangeInput): PlannedCommand[] {
  const argv = admit(input);
  return argv === null ? [] : stayingNames(input).map((node) => shown(node, argv));
}

function admit(input: NodeChangeInput): string[] | null {
  const names = joiningNames(input);
  const ips = input.deployment.nodes.flatMap(({ name, storageIp }) => (names.includes(name) ? [storageIp] : []));
  return ips.length === 0 ? null : ["nft", "add", "element", "inet", "zsha", "nodes", `{ ${ips.join(", ")} }`];
}

async function isBack(context: NodeChangeContext, node: string): Promise<true | null> {
  const { services, consul } = await haNow(context);
  const service = services.find((each) => each.node === node);
  if (service?.state !== "running" || consul.state === "unknown" || consul.value.leader === null) return null;
  const member = consul.value.members.find(({ name }) => name === service.ip);
  return member?.status === "alive" ? true : null;
}

/**
 * Every node that stays learns the members as they are now: names, addresses, host keys. One after the other, because the daemon
 * starts anew with other members; Consul learns them by gossip, and what is known already restarts nothing. The management VM runs on.
 */
export const membersKnownStep: NodeChangeStep = {
  plan: (input) => ({
    id: "ensure-members-known",
    phase: "ha",
    cells: ["cluster"],
    commands: [
      ...doors(input),
      ...stayingNames(input).map((node) => ({
        ...shown(node, setupNode),
        text: `${setupNode.join(" ")} < «configuration, host keys and Consul's keys»`,
      })),
    ],
    undo: { kind: "none", because: say("members-stay-known") },
    pointOfNoReturn: true,
    softTimeoutSeconds: 90,
    timeoutSeconds: 1_800,
  }),
  definition: {
    id: "ensure-members-known",
    async precheck(context) {
      for (const node of stayingNames(context.input))
        if ((await unknownOn(context, node)) !== null) return { kind: "ready" };
      return { kind: "already", observed: say("members-known") };
    },
    async run(context) {
      await openDoors(context);
      for (const node of await inOrder(context)) {
        if ((await unknownOn(context, node)) === null) continue;
        const setup = await setupInput(asDeployment(context), node);
        // Its Consul is installed: the bundle need not lie there any more.
        const stdin = JSON.stringify({ ...setup, consul: { ...setup.consul, binary: null, sha256: null } });
        const result = await context.detached(setupNode, { node, stdin, part: node });
        outputOf(result, say("work-setting-up-node"), node);
        const look = () => isBack(context, node).catch(() => null);
        const back = await pollUntil(look, { timeoutMs: backWaitMs, everyMs: pollMs, signal: context.signal });
        if (back === null)
          throw new AppError("verification-failed", say("member-not-back", { node }), { facts: { node } });
      }
    },
    async verify(context) {
      for (const node of stayingNames(context.input)) {
        const missing = await unknownOn(context, node);
        if (missing !== null) return { reached: false, missing };
      }
      return { reached: true, observed: say("members-known") };
    },
  },
};
