// From Apply to kept on three nodes with bonds, over what the slowest of them needs by itself; and what a pulled cable costs.
import { say, takeDown } from "@/bench/bench-lab";
import { rounded } from "@/bench/figures";
import { byHand, planOf } from "@/bench/network-by-hand";
import type { RemoteHost } from "@/server/ports/remote-host";
import * as lab from "@/lab/cluster";
import { plug, unplug } from "@/lab/network-faults";
import { shellQuote } from "@/lib/shell-quote";
import { commitCommand } from "@/server/steps/networks/change-networks";
import { planOnNode } from "@/server/steps/networks/plan-on-node";
import { pendingFile } from "@/server/steps/networks/see-networks";
import { becauseOf, changeNetworks } from "@/testing/change-networks";
import { bondedNodes, manualNetworks, startBonded } from "@/testing/bonded/bonded-cluster";

export const networkBar = 1.5;
/** The rig is emulated: a change takes a minute on a quiet machine. */
const rollbackSeconds = 300;
const probeEveryMs = 10;
const probes = 800;
/** The first answers, before the cable goes. */
const quietMs = 2_000;
const probeTimeoutMs = 120_000;
/** LACP takes 2 to 3.3 s to take a cable back, more on an emulated machine. */
const backAgainMs = 15_000;

export interface NetworkFigures {
  /** Apply to kept, over the slowest node's own time. */
  ratio: number;
  applySeconds: number;
  /** Same files, same commands on each node at once, until both cables of each bond carry and every address is there. */
  ownSeconds: { node: string; seconds: number }[];
  /** The worse of the two cables. */
  lostPackets: number;
  probes: { cable: string; sent: number; lost: number }[];
  probeEveryMs: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Takes everything down, whatever happens. */
export async function benchNetwork(): Promise<NetworkFigures> {
  try {
    const ownSeconds = await measureByHand();
    const { applySeconds, pulled } = await measureApply();
    const slowest = Math.max(...ownSeconds.map(({ seconds }) => seconds));
    return {
      ratio: rounded(applySeconds / slowest, 2),
      applySeconds: rounded(applySeconds, 1),
      ownSeconds,
      lostPackets: Math.max(...pulled.map(({ lost }) => lost)),
      probes: pulled,
      probeEveryMs,
    };
  } finally {
    await takeDown();
  }
}

async function measureByHand(): Promise<NetworkFigures["ownSeconds"]> {
  const { hosts, close } = await startBonded(["networkd"]);
  try {
    const scripts = await Promise.all(
      hosts.map(async (host) => ({ node: host.node, script: byHand(await planOf(host), host.node) })),
    );
    say("each node by itself…");
    return await Promise.all(
      scripts.map(async ({ node, script }) => {
        const { code, stdout, stderr } = await lab.exec(node, ["bash", "-s"], { input: script });
        if (code !== 0) throw new Error(`${node}: the networks did not come up by hand: ${stdout}${stderr}`);
        return { node, seconds: Number(stdout.trim().split("\n").at(-1)) };
      }),
    );
  } finally {
    close();
  }
}

async function measureApply(): Promise<{ applySeconds: number; pulled: NetworkFigures["probes"] }> {
  const { hosts, close } = await startBonded(["networkd"]);
  try {
    // What would be done is read before it is ordered, as in the panel: the order is what is measured.
    await Promise.all(hosts.map((host) => planOnNode(host, manualNetworks())));
    say("all nodes as one…");
    const began = performance.now();
    const kept = new Map<string, number>();
    const isDecided = (): boolean => kept.size > 0;
    const onKept = (node: string): void => {
      if (!kept.has(node)) kept.set(node, performance.now());
    };
    const watched = hosts.map((host) => watching(host, isDecided, onKept));
    const outcome = await changeNetworks(watched, { networks: manualNetworks(), rollbackSeconds });
    if (outcome.state !== "succeeded") throw new Error(`the change is ${outcome.state}: ${becauseOf(outcome)}`);
    if (kept.size < hosts.length) throw new Error(`only ${[...kept.keys()].join(", ")} were seen to keep the change`);
    const pulled = [];
    for (const cable of ["p5p1", "p5p2"]) pulled.push(await pull(cable));
    return { applySeconds: (Math.max(...kept.values()) - began) / 1000, pulled };
  } finally {
    close();
  }
}

/** Calls back when the node has answered that the change is kept there, or is seen to hold no open change after another did. */
function watching(host: RemoteHost, isDecided: () => boolean, onKept: (node: string) => void): RemoteHost {
  const commit = shellQuote(commitCommand);
  const isKept = (text: string): boolean =>
    text.includes('"outcome":"committed"') ||
    (text.includes('"outcome":"nothing-pending"') && text.includes('"fate":"commit"'));
  return {
    node: host.node,
    async exec(argv, options) {
      const result = await host.exec(argv, options);
      if (shellQuote(argv) === commit && result.kind === "exited" && result.code === 0) onKept(host.node);
      return result;
    },
    async readFile(path) {
      const text = await host.readFile(path);
      if (path === pendingFile && text === null && isDecided()) onKept(host.node);
      return text;
    },
    execDetached: (id, argv, options) => host.execDetached(id, argv, options),
    stopDetached: (id) => host.stopDetached(id),
    writeFile: (path, content, options) => host.writeFile(path, content, options),
    upload: (from, to, options) => host.upload(from, to, options),
    reconnect: (addresses, options) => host.reconnect(addresses, options),
    async sayTo(socket, said, options) {
      const result = await host.sayTo(socket, said, options);
      if (result?.kind === "exited" && isKept(result.stdout)) onKept(host.node);
      return result;
    },
    openTunnel: (address, port) => host.openTunnel(address, port),
  };
}

/** Packets lost between two nodes while one of the two cables of the second goes out. */
async function pull(cable: string): Promise<NetworkFigures["probes"][number]> {
  const [from, to] = bondedNodes;
  const argv = ["ping", "-n", "-q", "-i", String(probeEveryMs / 1000), "-c", String(probes), "10.77.1.12"];
  const pinging = lab.exec(from, argv, { timeoutMs: probeTimeoutMs });
  await pause(quietMs);
  await unplug(to, cable);
  const { stdout } = await pinging;
  await plug(to, cable);
  await pause(backAgainMs);
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(stdout) ?? [];
  if (sent === undefined || received === undefined) throw new Error(`ping said: ${stdout}`);
  return { cable: `${to} ${cable}`, sent: Number(sent), lost: Number(sent) - Number(received) };
}
