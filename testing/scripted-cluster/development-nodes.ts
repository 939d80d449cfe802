import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { loginKeyComment, sentinelNames, startScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import { factsCommand } from "@/testing/scripted-cluster/scripted-facts";

/** Three pretended servers, and one per kind of trouble, to click through the panel without root and without machines. */
const names = ["ceph-1", "ceph-2", "ceph-3", ...sentinelNames] as const;
const meanings: Readonly<Record<(typeof sentinelNames)[number], string>> = {
  "refuses-login": "no password is right",
  "drops-ssh": "every connection ends after 1.5 s",
  "changes-host-key": "another host key from 20 s after the first connection on",
  "slow-node": "every command takes 2 s longer",
  "fails-commands": "gives its facts, fails everything else",
};
/** Guards nothing: the servers listen on the loopback and have nothing behind them. */
const rootPassword = "trivet-dev";
/** Away from sshd's own; the numbers stay the same, unless taken, so that a draft finds its nodes again. */
const firstPort = 2201;

const savedSchema = z.record(
  z.string(),
  z.object({
    machineId: z.string(),
    hostKey: z.object({ private: z.string(), public: z.string() }),
    authorizedKeys: z.array(z.string()),
  }),
);
type Saved = z.infer<typeof savedSchema>;

export interface DevelopmentNodes {
  /** What to type into the panel. */
  readonly text: string;
  /** Who the nodes are and whom they let in: without it a draft's nodes are strangers after a restart. */
  save(): void;
  stop(): Promise<void>;
}

export async function startDevelopmentNodes(stateFile: string): Promise<DevelopmentNodes> {
  const saved = readSaved(stateFile);
  const cluster = await startScriptedCluster({
    nodes: names.map((name, at) => ({
      name,
      port: firstPort + at,
      password: name === "refuses-login" ? null : rootPassword,
      commands: [
        factsCommand({
          index: at + 1,
          managementIp: `192.168.254.${201 + at}`,
          storageIp: `192.168.255.${201 + at}`,
          memoryGiB: 128,
          emptyDisks: 4,
        }),
      ],
      ...saved[name],
    })),
  });
  const nodes = [...cluster.nodes];
  const save = (): void => {
    const known = Object.fromEntries(
      nodes.map(([name, { node, keyPair }]) => [
        name,
        {
          machineId: node.machineId,
          hostKey: keyPair,
          authorizedKeys: node.authorizedKeys.filter((line) => !line.endsWith(` ${loginKeyComment}`)),
        },
      ]),
    ) satisfies Saved;
    mkdirSync(dirname(stateFile), { recursive: true });
    writeFileSync(stateFile, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
  };
  save();
  const rows = nodes.map(([name, { port, hostKey }]) => {
    const meaning = name in meanings ? ` (${meanings[name as keyof typeof meanings]})` : "";
    return `  127.0.0.1:${port}   ${hostKey.fingerprint}   ${name}${meaning}`;
  });
  const text = `Scripted nodes, user root, password ${rootPassword}:\n${rows.join("\n")}\n`;
  return { text, save, stop: () => cluster.stop() };
}

/** Nodes of another version of this file are made anew. */
function readSaved(stateFile: string): Saved {
  try {
    return savedSchema.parse(JSON.parse(readFileSync(stateFile, "utf8")));
  } catch {
    return {};
  }
}
