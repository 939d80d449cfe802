import { AppError, type AppErrorCode } from "@/contract/errors";
import { type NetApply, netApplyResultSchema } from "@/contract/net-apply";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import {
  type DeployContext,
  type DeployStep,
  nodeNames,
  onEach,
  outputOf,
  shown,
} from "@/server/procedures/deploy-cluster/deploy-step";
import {
  fullPing,
  type LinkProbe,
  linkProbes,
  networksOfNode,
  plainPing,
  type ProbeOutcome,
  probeSentence,
} from "@/server/procedures/deploy-cluster/network-matrix";

const apply = [suitePaths.executable, "net-apply", "--json", "-"];
const commit = [suitePaths.executable, "net-commit", "--json"];
const rollback = [suitePaths.executable, "net-rollback", "--json"];

/** Shorter undoes good changes while ARP caches still hold the old NIC's address (up to 41 s); longer leaves a lost node lost. */
const rollbackSeconds = 120;
/** Within this the changed node must answer over a new connection; leaves time to test all pairs before the rollback. */
const reachableWaitMs = 60_000;
const settleWaitMs = 30_000;
/** A node that lost the word is told again for this long; longer than its own timer there is nothing left to keep. */
const commitWaitMs = 90_000;
const pollMs = 1_000;

/** The suite's note of a change that nobody has confirmed; there while the rollback is armed. */
const pendingFile = "/var/lib/zsha-network/pending.json";

const lastJson = (stdout: string): unknown => JSON.parse(stdout.trim().split("\n").at(-1) || "null");

/** Nobody knows whether the node heard it. */
const lostCodes: ReadonlySet<AppErrorCode> = new Set(["command-outcome-unknown", "node-unreachable", "timed-out"]);

const onAll = <T>(context: DeployContext, act: (node: string) => Promise<T>): Promise<T[]> =>
  Promise.all(nodeNames(context.input).map(act));

function applyInput(context: DeployContext, node: string, plan: boolean): string {
  const input: NetApply = { protocol: 1, rollbackSeconds, networks: networksOfNode(context.input, node), plan };
  return JSON.stringify(input);
}

async function probe(context: DeployContext, link: LinkProbe): Promise<ProbeOutcome> {
  const allow = [1, 2];
  if ((await context.command(plainPing(link), { node: link.from, allow })).code !== 0) return "unreachable";
  return (await context.command(fullPing(link), { node: link.from, allow })).code === 0 ? "ok" : "mtu";
}

/** Every pair that fails, in words; empty when all pass. Fresh links need seconds, so failures are looked at again. */
async function failingPairs(context: DeployContext): Promise<string[]> {
  let open = linkProbes(context.input);
  let sentences: string[] = [];
  await pollUntil(
    async () => {
      const outcomes = await Promise.all(open.map(async (link) => ({ link, outcome: await probe(context, link) })));
      const failed = outcomes.flatMap(({ link, outcome }) => (outcome === "ok" ? [] : [{ link, outcome }]));
      open = failed.map(({ link }) => link);
      sentences = failed.map(({ link, outcome }) => probeSentence(link, outcome));
      return failed.length === 0 ? true : null;
    },
    { timeoutMs: settleWaitMs, everyMs: pollMs, signal: context.signal },
  );
  return sentences;
}

/** A command answered over whatever connection the panel can make now: the node was not lost. */
async function reachable(context: DeployContext, node: string): Promise<boolean> {
  const look = async () => {
    const result = await context.host(node).exec(["true"], { timeoutMs: 5_000, signal: context.signal });
    return result.kind === "exited" && result.code === 0 ? true : null;
  };
  return (await pollUntil(look, { timeoutMs: reachableWaitMs, everyMs: pollMs, signal: context.signal })) === true;
}

async function rollBackAll(context: DeployContext): Promise<void> {
  // Best effort: a node that cannot be told rolls back by its own timer.
  await Promise.allSettled(
    nodeNames(context.input).map((node) => context.host(node).exec(rollback, { timeoutMs: 30_000 })),
  );
}

/** Each node arms its own rollback, changes, is reached again, and all pairs are tested. Nothing is decided yet. */
async function applyEverywhere(context: DeployContext): Promise<void> {
  await onAll(context, async (node) => {
    const detached = await context.detached([...apply, "--run", context.runId], {
      node,
      part: `apply-${node}`,
      stdin: applyInput(context, node, false),
    });
    const result = netApplyResultSchema.parse(lastJson(outputOf(detached, "changing the networks", node)));
    const files = result.files.map((file) => `\n  ${file.path}`).join("");
    context.note(`${node}: ${result.changed ? `changed by ${result.stack}${files}` : "as planned already"}`);
  });
  const reached = await onAll(context, async (node) => ({ node, isReached: await reachable(context, node) }));
  const lost = reached.filter(({ isReached }) => !isReached).map(({ node }) => node);
  if (lost.length > 0)
    throw new AppError("node-unreachable", `${lost.join(", ")} did not come back after the change`, {
      facts: { node: lost.join(", ") },
    });
  const failing = await failingPairs(context);
  if (failing.length > 0) {
    throw new AppError("verification-failed", say("networks-pairs-fail", { pairs: failing.join("; ") }), {
      facts: { pairs: failing.length },
      advice: say("networks-rolled-back"),
    });
  }
}

/**
 * The pairs passed, so the change stays: from here on a lost answer is asked for again and nobody is told to roll back, or
 * nodes that had committed already would be alone on the new networks. A second commit finds nothing pending; verify decides.
 */
async function commitEverywhere(context: DeployContext): Promise<void> {
  await onAll(context, async (node) => {
    const tell = async () => {
      try {
        return await context.command(commit, { node, allow: [1] });
      } catch (error) {
        if (error instanceof AppError && lostCodes.has(error.code)) return null;
        throw error;
      }
    };
    await pollUntil(tell, { timeoutMs: commitWaitMs, everyMs: pollMs, signal: context.signal });
  });
}

export const networks: DeployStep = {
  plan: (input) => ({
    id: "ensure-networks",
    phase: "networks",
    cells: ["cluster"],
    commands: [
      ...onEach(nodeNames(input), apply, "this node's networks; rolls back by itself unless committed"),
      ...linkProbes(input).map((link) => shown(link.from, fullPing(link))),
      ...onEach(nodeNames(input), commit),
    ],
    undo: {
      kind: "none",
      because: say("networks-stay"),
    },
    pointOfNoReturn: false,
    softTimeoutSeconds: 90,
    timeoutSeconds: 600,
  }),
  definition: {
    id: "ensure-networks",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      try {
        await applyEverywhere(context);
      } catch (error) {
        await rollBackAll(context);
        throw error;
      }
      await commitEverywhere(context);
    },
    async verify(context) {
      const undecided = await onAll(context, async (node) => ({
        node,
        pending: await context.host(node).readFile(pendingFile),
      }));
      const pending = undecided.filter((entry) => entry.pending !== null).map((entry) => entry.node);
      if (pending.length > 0)
        return { reached: false, missing: say("networks-will-roll-back", { nodes: pending.join(", ") }) };
      const states = await onAll(context, async (node) => {
        const { stdout } = await context.command(apply, { node, stdin: applyInput(context, node, true) });
        return { node, result: netApplyResultSchema.parse(lastJson(stdout)) };
      });
      const different = states.find(({ result }) => result.changed);
      if (different !== undefined) {
        const paths = different.result.files.map((file) => file.path).join(", ");
        return {
          reached: false,
          missing: say("networks-differ", { node: different.node, paths }),
        };
      }
      const failing = await failingPairs(context);
      if (failing.length > 0)
        return { reached: false, missing: say("networks-pairs-fail", { pairs: failing.join("; ") }) };
      return { reached: true, observed: say("networks-pass", { count: linkProbes(context.input).length }) };
    },
  },
};
