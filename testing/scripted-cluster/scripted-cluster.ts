import { createHash } from "node:crypto";
import ssh2 from "ssh2";
import { readableKeyPair } from "@/lib/readable-key-pair";
import {
  type ScriptedCommand,
  type ScriptedHostKey,
  ScriptedNode,
  type ScriptedNodeOptions,
} from "@/testing/scripted-cluster/scripted-node";
import { type ScriptedPort, ScriptedServer } from "@/testing/scripted-cluster/scripted-server";

/**
 * Names that misbehave, so that every screen of trouble can be reached by typing one:
 *   refuses-login       no password and no key is ever right
 *   drops-ssh           every connection ends 1.5 s after login
 *   changes-host-key    presents another host key from 20 s after the first connection on
 *   slow-node           every command takes two seconds longer
 *   fails-commands      everything but reading facts and files exits 1
 */
export const sentinelNames = ["refuses-login", "drops-ssh", "changes-host-key", "slow-node", "fails-commands"] as const;

/** Ends the public half of the key that logs in everywhere; another one at each start. */
export const loginKeyComment = "scripted";

const dropAfterMs = 1_500;
const slownessMs = 2_000;
/** Long enough for a person to accept the first key, short enough to see it change while looking. */
const keyChangesAfterMs = 20_000;

export interface ScriptedClusterOptions {
  nodes: readonly ScriptedNodeOptions[];
  /** Ports of every node's own loopback, by number; called once per node. */
  ports?: (node: ScriptedNode) => ReadonlyMap<number, ScriptedPort>;
}

export interface ScriptedClusterNode {
  node: ScriptedNode;
  port: number;
  hostKey: { keyType: string; fingerprint: string };
  /** To be given to the same node at its next start. */
  keyPair: ScriptedHostKey;
  cutConnections(): void;
  /** Servers close, units die without a status. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

export interface ScriptedCluster {
  /** Logs in everywhere except at `refuses-login`. */
  privateKey: string;
  nodes: ReadonlyMap<string, ScriptedClusterNode>;
  node(name: string): ScriptedClusterNode;
  stop(): Promise<void>;
}

export async function startScriptedCluster(options: ScriptedClusterOptions): Promise<ScriptedCluster> {
  const login = readableKeyPair(ssh2.utils, loginKeyComment);
  const nodes = new Map<string, ScriptedClusterNode>();
  const stops: (() => Promise<void>)[] = [];
  for (const given of options.nodes) {
    const node = new ScriptedNode({ ...given, commands: [...sentinelCommands(given.name), ...(given.commands ?? [])] });
    if (given.name !== "refuses-login") node.authorizedKeys.push(login.public);
    const hostKey = given.hostKey ?? readableKeyPair(ssh2.utils);
    const started = await startNode(node, hostKey, options.ports?.(node) ?? new Map(), given.port ?? 0);
    nodes.set(given.name, started);
    stops.push(started.stop);
  }
  return {
    privateKey: login.private,
    nodes,
    node: (name) => {
      const found = nodes.get(name);
      if (!found) throw new RangeError(`the scripted cluster has no node ${name}`);
      return found;
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

async function startNode(
  node: ScriptedNode,
  hostKey: ScriptedHostKey,
  ports: ReadonlyMap<number, ScriptedPort>,
  wantedPort: number,
): Promise<ScriptedClusterNode & { stop(): Promise<void> }> {
  const otherKey = readableKeyPair(ssh2.utils);
  const open = (key: string) =>
    new ScriptedServer({
      node,
      hostKey: key,
      ports,
      dropAfterMs: node.name === "drops-ssh" ? dropAfterMs : null,
      onConnection: node.name === "changes-host-key" ? changeKeySoon : () => undefined,
    });
  let server = open(hostKey.private);
  const port = await server.listen(node.address, wantedPort).catch((error: unknown) => {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken || wantedPort === 0) throw error;
    server = open(hostKey.private);
    return server.listen(node.address);
  });
  let changing: NodeJS.Timeout | null = null;
  const reopen = async (key: string) => {
    await server.close();
    server = open(key);
    await server.listen(node.address, port);
  };
  function changeKeySoon(): void {
    changing ??= setTimeout(() => void reopen(otherKey.private), keyChangesAfterMs).unref();
  }
  return {
    node,
    port,
    hostKey: fingerprintOf(hostKey.public),
    keyPair: { private: hostKey.private, public: hostKey.public },
    cutConnections: () => server.cutConnections(),
    powerOff: async () => {
      node.powerOff();
      await server.close();
    },
    powerOn: async () => {
      node.powerOn();
      server = open(hostKey.private);
      await server.listen(node.address, port);
    },
    stop: async () => {
      if (changing) clearTimeout(changing);
      node.powerOff();
      await server.close();
    },
  };
}

function sentinelCommands(name: string): ScriptedCommand[] {
  if (name === "slow-node")
    return [
      async ({ signal }) => {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, slownessMs);
          signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
        });
        return undefined;
      },
    ];
  if (name === "fails-commands") {
    const harmless = new Set(["read-file", "collect-facts", "install-key"]);
    return [
      ({ argv }) =>
        ["date", "test", "true"].includes(argv[0] ?? "") || harmless.has(argv[3] ?? "")
          ? undefined
          : { code: 1, stderr: `${argv[0]}: this node fails every command\n` },
    ];
  }
  return [];
}

function fingerprintOf(publicKey: string): { keyType: string; fingerprint: string } {
  const [keyType = "", key = ""] = publicKey.split(" ");
  const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
  return { keyType, fingerprint: `SHA256:${digest.replace(/=+$/, "")}` };
}
