import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeFactsSchema } from "@/contract/node-facts";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { installPanelKey } from "@/server/adapters/ssh/install-panel-key";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { generatePanelKey } from "@/server/adapters/ssh/panel-key";
import { collectFacts } from "@/server/node/collect-facts";
import { remoteHostContract } from "@/testing/remote-host-contract";
import { pause } from "@/testing/scripted-cluster/built-in-commands";
import { scriptedHost } from "@/testing/scripted-cluster/scripted-hosts";
import { type ScriptedCluster, startScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import { factsCommand } from "@/testing/scripted-cluster/scripted-facts";
import type { ScriptedCommand } from "@/testing/scripted-cluster/scripted-node";

const timeoutMs = 10_000;

/** The contract's own little scripts, known by name. */
const contractScripts: ScriptedCommand = async ({ argv, node, signal, say }) => {
  if (argv[0] !== "sh" || argv[1] !== "-c") return undefined;
  const argument = argv[4] ?? "";
  switch (argv[3]) {
    case "contract-speak":
      return { stdout: "out\n", stderr: "err\n", code: 3 };
    case "contract-mark":
      node.write(argument, `${node.read(argument) ?? ""}mark\n`);
      return { stdout: "begun\n", stderr: "problem\n", code: 7 };
    case "contract-count":
      for (let i = 1; i <= 8 && !signal.aborted; i += 1) {
        say("stdout", `行${i}\n`);
        await pause(300, signal);
      }
      return {};
    default:
      return undefined;
  }
};

describe("a scripted node", () => {
  remoteHostContract(async () => {
    const cluster = await startScriptedCluster({ nodes: [{ name: "ceph-1", commands: [contractScripts] }] });
    const connections = new SshConnections();
    return {
      host: scriptedHost(cluster, "ceph-1", connections),
      directory: "/root/work",
      cutConnections: async () => cluster.node("ceph-1").cutConnections(),
      stop: async () => {
        connections.close();
        await cluster.stop();
      },
    };
  });
});

test("a scripted server's facts are read like a real one's", async () => {
  const hardware = { index: 1, managementIp: "10.0.2.1", storageIp: "10.0.1.1", memoryGiB: 64, emptyDisks: 2 };
  const cluster = await startScriptedCluster({ nodes: [{ name: "ceph-1", commands: [factsCommand(hardware)] }] });
  const connections = new SshConnections();
  try {
    const facts = nodeFactsSchema.parse(await collectFacts(scriptedHost(cluster, "ceph-1", connections)));
    expect(facts).toMatchObject({
      hostName: "ceph-1",
      memoryBytes: 64 * 1024 ** 3,
      cpu: { threads: 32, virtualization: "vmx" },
    });
    expect(facts.disks.map((disk) => [disk.path, disk.inUseBecause.length > 0])).toEqual([
      ["/dev/sda", true],
      ["/dev/sdb", false],
      ["/dev/sdc", false],
    ]);
    expect(Math.abs(facts.clockOffsetMs)).toBeLessThanOrEqual(facts.clockUncertaintyMs + 1);
  } finally {
    connections.close();
    await cluster.stop();
  }
});

describe("a scripted cluster in trouble", () => {
  let cluster: ScriptedCluster;
  const connections = new SshConnections();
  beforeAll(async () => {
    cluster = await startScriptedCluster({
      nodes: [
        { name: "ceph-1", password: "right" },
        { name: "ceph-2" },
        { name: "refuses-login" },
        { name: "drops-ssh" },
      ],
    });
  });
  afterAll(async () => {
    connections.close();
    await cluster.stop();
  });

  test("a password is used once for the panel's key; a wrong one says what the node offers", async () => {
    const { port, hostKey, node } = cluster.node("ceph-1");
    expect(await probeHostKey("127.0.0.1", port)).toMatchObject(hostKey);
    const panelKey = generatePanelKey("trivet");
    const request = { address: "127.0.0.1", port, user: "root", pin: hostKey, panelKey };
    const wrong = installPanelKey({ ...request, credentials: { kind: "password", password: "wrong" } });
    await expect(wrong).rejects.toMatchObject({
      code: "node-refused-login",
      facts: { offered: "publickey, password" },
    });
    const before = node.authorizedKeys.length;
    for (let i = 0; i < 2; i += 1)
      await installPanelKey({ ...request, credentials: { kind: "password", password: "right" } });
    expect(node.authorizedKeys).toHaveLength(before + 1);
  });

  test("a login refused everywhere is told apart from an unreachable node", async () => {
    await expect(
      scriptedHost(cluster, "refuses-login", connections).exec(["true"], { timeoutMs }),
    ).rejects.toMatchObject({
      code: "node-refused-login",
    });
  });

  test("work on a node that keeps dropping its connections still ends with its result", async () => {
    const host = scriptedHost(cluster, "drops-ssh", connections);
    const id = { run: "r1", step: "ensure-x", attempt: 1 };
    const result = await host.execDetached(id, ["sleep", "4"], { timeoutMs: 20_000, fence: 1 });
    expect(result).toMatchObject({ kind: "exited", code: 0 });
    expect(cluster.node("drops-ssh").node.received.filter(({ argv }) => argv[0] === "sleep")).toHaveLength(1);
  });

  test("a power cut leaves detached work unknown, with the reason, once the node is back", async () => {
    const host = scriptedHost(cluster, "ceph-2", connections);
    const id = { run: "r1", step: "ensure-y", attempt: 1 };
    const pending = host.execDetached(id, ["sleep", "30"], { timeoutMs: 20_000, fence: 1 });
    const { units } = cluster.node("ceph-2").node;
    await expect.poll(() => units.size, { timeout: 5_000 }).toBe(1);
    await cluster.node("ceph-2").powerOff();
    await new Promise((resume) => setTimeout(resume, 100));
    await expect(host.exec(["true"], { timeoutMs })).rejects.toMatchObject({ code: "node-unreachable" });
    await new Promise((resume) => setTimeout(resume, 500));
    await cluster.node("ceph-2").powerOn();
    expect(await pending).toMatchObject({ kind: "disconnected", reason: expect.stringContaining("restarted") });
  });
});
