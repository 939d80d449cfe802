import { AppError } from "@/contract/errors";
import { netApplyResultSchema, type NetApplyResult, netDecisionSchema, type SharedChange } from "@/contract/net-apply";
import { guardPort } from "@/contract/net-ballot";
import type { NetProbe } from "@/contract/net-probe";
import { suitePaths } from "@/contract/node-setup";
import { joined, type Saying, say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { type CommandResult, exitedZero } from "@/server/ports/remote-host";
import { isLost, lastJson, type NetworksContext, patiently } from "@/server/steps/networks/ask-nodes";
import { type ProbeNode, probesOf } from "@/server/steps/networks/measure-networks";
import { addressesOf, applyInput, type NetworkWish, sharedChange } from "@/server/steps/networks/network-wish";
import { applyCommand, names, onAll, pendingFile, settledCheck } from "@/server/steps/networks/see-networks";
import { isGuardWaiting } from "@/server/steps/networks/say-to-guard";
import { armByGuard, askGuard, requireVersionByCommand, statusTimeoutMs } from "@/server/steps/networks/talk-to-guard";

export const commitCommand = [suitePaths.executable, "net-commit", "--json"];
const rollbackCommand = [suitePaths.executable, "net-rollback", "--json"];

/** Arming starts a service and waits for it: a second on a server, the suite's own 45 s at the worst. Longer: a hung node holds up the run. */
const armTimeoutMs = 90_000;
/** Guards that start one after the other hear each other within a second or two. */
const hearingWaitMs = 15_000;
/** Within this the changed node must answer over a new connection; leaves time to test all pairs before the rollback. */
const reachableWaitMs = 60_000;
/** Shorter: the handshakes of three busy nodes run into it, and each try begins anew. Longer: an address that is gone is given up late. */
const reconnectTimeoutMs = 12_000;
/** A node that lost the word is told again for this long; longer than its own timer there is nothing left to keep. */
const commitWaitMs = 90_000;
/** A node that decides asks its peers, and may have to bring the new networks up first. */
const decideTimeoutMs = 60_000;
/** The guards ask each other for at most 12 s. */
const abortAnswerMs = 20_000;
/** Three bonds and bridges by ifup scripts, and the switch's ports after them. Longer: what is to be mended is told late. */
const backWaitMs = 60_000;
/** The suite's own limit. A node that takes longer than its rollback allows goes back before that, and says so. */
const changeWaitMs = 240_000;
/** One asking for the change. Shorter: a slow node starts the waiting program over and over. Longer: a connection that died in it is noticed late. */
const changeAskMs = 30_000;
/** A word and a nod. Longer: a connection that the change has cost is given up late. */
const beginTimeoutMs = 3_000;
const pollMs = 1_000;

async function hasSettled(context: NetworksContext, node: string): Promise<true | null> {
  try {
    return (await context.host(node).readFile(pendingFile)) === null ? true : null;
  } catch (error) {
    if (isLost(error)) return null;
    throw error;
  }
}

/**
 * Every node arms its own rollback, hears the others, changes, is reached over a new connection, and all pairs are tested.
 * Then one node is told to keep the change, and the nodes decide it together: from the first word on it does not matter
 * whether anybody outside goes on living.
 */
export async function changeNetworks(context: NetworksContext, wish: NetworkWish): Promise<void> {
  const change = await sharedChange(context, wish);
  const { id } = change(wish.nodes[0]?.name ?? "");
  try {
    const waiting = await settleEarlier(context, wish, id);
    await arm(context, wish, change, waiting);
    await changeAll(context, wish, change);
    const probes = await beginProof(context, wish, id);
    await reconnect(context, wish);
    await prove(context, wish, id, probes);
  } catch (error) {
    await rollBack(context, wish, id);
    throw error;
  }
  await commit(context, wish, id);
}

/**
 * An earlier attempt's change stands between: the nodes decide it now instead of when its time is up. Tells on which nodes a guard
 * waits to be armed.
 */
async function settleEarlier(context: NetworksContext, wish: NetworkWish, id: string): Promise<ReadonlySet<string>> {
  const waiting = await onAll(wish, async (node) => {
    // It began to wait where nothing was open, and what is opened since is its own.
    if (await patiently(context, () => isGuardWaiting(context.host(node), context.signal))) return [node];
    const text = await patiently(context, () => context.host(node).readFile(pendingFile));
    if (text !== null && !text.includes(JSON.stringify(id)))
      await context.command(rollbackCommand, { node, allow: [1], timeoutMs: decideTimeoutMs });
    return [];
  });
  return new Set(waiting.flat());
}

async function arm(
  context: NetworksContext,
  wish: NetworkWish,
  change: (node: string) => SharedChange,
  waiting: ReadonlySet<string>,
): Promise<void> {
  const armOn = async (node: string): Promise<NetApplyResult> => {
    const armed = await armByGuard(context, wish, change(node), waiting.has(node));
    if (armed !== null) return armed;
    await requireVersionByCommand(context, node);
    const stdin = applyInput(wish, change(node), "arm");
    // The node refuses while somebody else's work holds the cluster.
    const argv = [...applyCommand, "--run", context.runId];
    const { stdout } = await patiently(context, () => context.command(argv, { node, stdin, timeoutMs: armTimeoutMs }));
    return netApplyResultSchema.parse(lastJson(stdout));
  };
  const armAll = () => onAll(wish, async (node) => ({ node, result: await armOn(node) }));
  const armed = await armAll();
  for (const { node, result } of armed) {
    const files = result.files.map((file) => `\n  ${file.path}`).join("");
    context.note(`${node}: ${result.changed ? `will change, by ${result.stack}${files}` : "is as planned"}`);
  }
  let deaf = deafnessIn(armed.map(({ node, result }) => ({ node, heard: result.heard })));
  const hearOn = async (node: string): Promise<{ node: string; heard: readonly string[] }> => {
    const answer = await askGuard(context, node, { do: "status", change: change(node).id }, statusTimeoutMs);
    return { node, heard: answer === null ? (await armOn(node)).heard : answer.heard };
  };
  const hear = async (): Promise<true | null> => {
    if (deaf.length > 0) deaf = deafnessIn(await onAll(wish, hearOn));
    return deaf.length === 0 ? true : null;
  };
  await pollUntil(hear, { timeoutMs: hearingWaitMs, everyMs: pollMs, signal: context.signal });
  if (deaf.length === 0) return;
  throw new AppError("blocked", say("guards-deaf", { pairs: joined(deaf) }), {
    facts: { port: guardPort },
    advice: say("guards-port", { port: guardPort }),
  });
}

const deafnessIn = (armed: readonly { node: string; heard: readonly string[] }[]): Saying[] =>
  armed.flatMap(({ node, heard }) =>
    armed
      .filter((peer) => peer.node !== node && !heard.includes(peer.node))
      .map((peer) => say("guard-deaf", { node, peer: peer.node })),
  );

/**
 * The guard makes the change; the command only waits for it, and its connection may not outlive what it asks for. Asked again
 * over a new one, it waits for the same change.
 */
async function changeAll(
  context: NetworksContext,
  wish: NetworkWish,
  change: (node: string) => SharedChange,
): Promise<void> {
  await onAll(wish, async (node) => {
    const stdin = applyInput(wish, change(node), "change");
    const request = { do: "change" as const, change: change(node).id };
    const ask = async (): Promise<CommandResult | "changed" | null> => {
      try {
        if ((await askGuard(context, node, request, changeAskMs)) !== null) return "changed";
        const result = await context
          .host(node)
          .exec(applyCommand, { stdin, timeoutMs: changeAskMs, signal: context.signal });
        if (result.kind === "exited" || result.kind === "signalled") return result;
      } catch (error) {
        if (!isLost(error)) throw error;
      }
      context.signal.throwIfAborted();
      await reach(context, wish, node);
      return null;
    };
    const result = await pollUntil(ask, { timeoutMs: changeWaitMs, everyMs: pollMs, signal: context.signal });
    if (result === null)
      throw new AppError("command-outcome-unknown", say("networks-answer-lost", { node }), { facts: { node } });
    if (result === "changed" || exitedZero(result)) return;
    const said = result.stderr.trim().split("\n").at(-1) ?? "";
    throw new AppError("command-failed", say("networks-not-changed", { node, said }), { facts: { node, said } });
  });
}

/** The address a new connection was made to; null while there is none. */
async function reach(context: NetworksContext, wish: NetworkWish, node: string): Promise<string | null> {
  try {
    const options = { timeoutMs: reconnectTimeoutMs, signal: context.signal };
    return await context.host(node).reconnect(addressesOf(wish, node), options);
  } catch (error) {
    if (isLost(error)) return null;
    throw error;
  }
}

/** A new connection, under whichever address answers: an old one would prove that nothing new works. */
async function reconnect(context: NetworksContext, wish: NetworkWish): Promise<void> {
  const reached = await onAll(wish, async (node) => {
    const address = await pollUntil(() => reach(context, wish, node), {
      timeoutMs: reachableWaitMs,
      everyMs: pollMs,
      signal: context.signal,
    });
    if (address !== null) context.note(`${node}: answers at ${address}`);
    return { node, address };
  });
  const lost = reached.filter(({ address }) => address === null).map(({ node }) => node);
  if (lost.length === 0) return;
  throw new AppError("node-unreachable", say("nodes-not-back", { nodes: lost.join(", ") }), {
    facts: { node: lost.join(", ") },
    advice: say("nodes-go-back", { seconds: wish.rollbackSeconds }),
  });
}

type Probes = (node: string) => NetProbe;

/**
 * The nodes look at all paths while new connections are made to them; what they found is asked for over those. A node that cannot be
 * told so on the connection it had begins when it is asked.
 */
async function beginProof(context: NetworksContext, wish: NetworkWish, change: string): Promise<Probes> {
  const probes = probesOf(names(wish), wish.networks, { depth: "full" });
  const begin = (node: string) =>
    askGuard(context, node, { do: "probe", change, probe: probes(node), wait: false }, beginTimeoutMs);
  await Promise.allSettled(names(wish).map(begin));
  return probes;
}

/** The whole truth about the networks as they are: no error among the findings, or everything goes back. */
async function prove(context: NetworksContext, wish: NetworkWish, change: string, probes: Probes): Promise<void> {
  const probeNode: ProbeNode = async (node, probe, timeoutMs) =>
    (await askGuard(context, node, { do: "probe", change, probe }, timeoutMs))?.report ?? null;
  const check = await settledCheck(context, wish, "full", probeNode, { probes });
  const errors = check.findings.filter(({ severity }) => severity === "error");
  for (const { severity, text } of check.findings) if (severity !== "error") context.note(`${severity}: ${text}`);
  if (errors.length === 0) return;
  throw new AppError(
    "verification-failed",
    say("networks-pairs-fail", { pairs: errors.map(({ text }) => text).join("; ") }),
    {
      facts: { findings: errors.length },
      advice: say("networks-rolled-back"),
    },
  );
}

/**
 * Best effort: nodes that cannot be told decide it themselves when their time is up. What takes them back takes the connection along,
 * so nobody waits for that on it: whether they are back is looked at over new ones.
 */
async function rollBack(context: NetworksContext, wish: NetworkWish, change: string): Promise<void> {
  const request = { do: "decide" as const, change, prefer: "abort" as const, wait: false };
  await Promise.allSettled(
    names(wish).map(async (node) => {
      const told = await askGuard(context, node, request, abortAnswerMs).catch(() => null);
      if (told !== null) return;
      const pending = await context
        .host(node)
        .readFile(pendingFile)
        .catch(() => null);
      if (pending !== null) await context.host(node).exec(rollbackCommand, { timeoutMs: decideTimeoutMs });
    }),
  );
  const isBack = async (node: string): Promise<true | null> =>
    (await reach(context, wish, node)) === null ? null : await hasSettled(context, node);
  const options = { timeoutMs: backWaitMs, everyMs: pollMs, signal: context.signal };
  await Promise.allSettled(names(wish).map((node) => pollUntil(() => isBack(node), options)));
}

/**
 * The first node that is told asks the others and decides for all; the rest learn it from there. A lost answer is asked for
 * again, and nobody is told to roll back any more: verify says what was decided.
 */
async function commit(context: NetworksContext, wish: NetworkWish, change: string): Promise<void> {
  const request = { do: "decide" as const, change, prefer: "commit" as const };
  const tellNode = async (node: string): Promise<void> => {
    const tell = async (): Promise<string | null> => {
      try {
        const told = await askGuard(context, node, request, decideTimeoutMs);
        if (told !== null) return told.decision?.outcome ?? null;
        const { stdout } = await context.command(commitCommand, { node, allow: [1], timeoutMs: decideTimeoutMs });
        return netDecisionSchema.safeParse(lastJson(stdout)).data?.outcome ?? null;
      } catch (error) {
        if (isLost(error)) return null;
        throw error;
      }
    };
    await pollUntil(tell, { timeoutMs: commitWaitMs, everyMs: pollMs, signal: context.signal });
  };
  const [first = "", ...others] = names(wish);
  await tellNode(first);
  // They have it from the first and only say so; two that were told at once would outvote each other.
  await Promise.all(others.map(tellNode));
}
