import { describe, expect, test } from "vitest";
import { rightFacts } from "@/contract/draft-fixture";
import { clusterInputSchema, type DeploymentInput } from "@/contract/deployment-input";
import { haNodes } from "@/contract/ha-config";
import type { ShownNetwork } from "@/contract/network-model";
import type { NetworkPlan } from "@/contract/network-plan";
import { cephKeyringPath, clusterFileSchema, suitePaths } from "@/contract/node-setup";
import { sentenceText } from "@/contract/sentence";
import { authorizedKeysPath } from "@/server/adoption/cluster-keys";
import { type Asked, type Found, type MemberSeen, rebuild } from "@/server/adoption/rebuild";
import { cephPaths } from "@/server/steps/deployment/ceph-keys";
import { bareServersInput, consulDigest, existingCephInput } from "@/testing/deploy-cluster-world/deploy-worlds";
import { clusterSecrets, nodeFiles } from "@/testing/node-files";

const asked = ({ clusterName, platform }: DeploymentInput): Asked => ({ clusterName, platform, keySecretRef: "ceph" });

function member(input: DeploymentInput, name: string, change: (files: Map<string, string>) => void): MemberSeen {
  const made = input.nodes.find((node) => node.name === name);
  if (made === undefined) throw new Error(`${name} is no node`);
  const files = nodeFiles(input, name, "AQkeyOfCeph==");
  change(files);
  const text = (path: string): string | null => files.get(path) ?? null;
  const file = clusterFileSchema.parse(JSON.parse(text(suitePaths.clusterFile) ?? ""));
  const { address, port, user, hostKeyFingerprint, hostKeyType, hostKey, storageIp } = made;
  return {
    name,
    storageIp,
    login: { address, port, user, hostKeyFingerprint, hostKeyType, hostKey },
    facts: rightFacts(Number(name.at(-1))),
    file,
    keys: {
      node: name,
      tokens: text(suitePaths.consulTokens),
      consulConfig: text(suitePaths.consulConfig),
      peer: text(suitePaths.peerFile),
      authorizedKeys: text(authorizedKeysPath),
    },
    storage: {
      node: name,
      storageIp,
      conf: text(cephPaths.conf),
      keyring: text(cephKeyringPath(file.cephUser ?? "")),
      user: file.cephUser,
    },
    networkModel: text(suitePaths.networkModel),
    shown: null,
    consul: { version: "1.20.0", sha256: consulDigest, isPackaged: input.software.consul.from === "repository" },
  };
}

type Change = Record<string, (files: Map<string, string>) => void>;
const rebuilt = (input: DeploymentInput, change: Change = {}) =>
  rebuild(
    // In the order of the cluster file.
    haNodes(input.config).map(({ name }) => member(input, name, change[name] ?? (() => undefined))),
    asked(input),
  );
const knownIn = <T>(found: Found<T>): T => {
  if ("known" in found) return found.known;
  throw new Error(found.unknown.map(sentenceText).join("; "));
};
const why = (found: Found<unknown>): string[] => ("known" in found ? [] : found.unknown.map(sentenceText));
/** The deployment as later procedures see it. */
const asCluster = (input: DeploymentInput) => ({ ...clusterInputSchema.parse(input), disks: [] });

describe("what a deployment left on its nodes gives that deployment back", () => {
  const bonded = bareServersInput();
  const single = (plan: NetworkPlan): NetworkPlan => ({
    ...plan,
    link: "single",
    bond: null,
    onNodes: plan.onNodes.map((on) => ({ ...on, nics: on.nics.slice(0, 1) })),
  });
  const tagged = bonded.networks.map((plan) => ({ ...plan, link: "bond-active-backup" as const, vlan: 100 }));
  const fourCopies: DeploymentInput["storage"] =
    bonded.storage.mode === "bootstrap" ? { ...bonded.storage, replicas: 4 } : bonded.storage;
  const bridgeOf = (Bridge: string) => ({
    ...bonded.config,
    Network: bonded.config.Network.map((network) => ({ ...network, Bridge })),
  });
  test.each<[string, DeploymentInput]>([
    ["bonds, a Ceph of its own", bonded],
    ["single NICs", { ...bonded, networks: bonded.networks.map(single), config: bridgeOf("br_eth0") }],
    ["VLANs on active-backup bonds", { ...bonded, networks: tagged, config: bridgeOf("br_bond1_100") }],
    ["four copies", { ...bonded, storage: fourCopies }],
    ["two networks only", { ...bonded, networks: bonded.networks.filter(({ id }) => id !== "data") }],
  ])("%s", (_name, input) => {
    const { keys, networks, cluster } = rebuilt(input);
    expect(knownIn(networks)).toEqual(input.networks);
    expect(knownIn(cluster)).toEqual(asCluster(input));
    expect(knownIn(keys)).toEqual(clusterSecrets);
  });

  test("a Ceph that exists, with its user's key", () => {
    const input = existingCephInput();
    const { cluster, cephKey } = rebuilt(input);
    const known = asCluster(input);
    expect(knownIn(cluster)).toEqual({ ...known, storage: { ...known.storage, monitors: input.config.MonAddrs } });
    expect(cephKey).toBe("AQkeyOfCeph==");
  });

  test("the first node was replaced since: Ceph's order of monitors stays", () => {
    const [first, ...others] = bonded.nodes;
    const nodes = [...others, ...(first === undefined ? [] : [first])];
    const { cluster } = rebuilt({ ...bonded, nodes });
    expect(knownIn(cluster).nodes.map(({ name }) => name)).toEqual(["ceph-2", "ceph-3", "ceph-1"]);
  });
});

test("each machine that was replaced has the same monitors in an order of its own", () => {
  const input = bareServersInput();
  const [first, ...others] = input.nodes;
  const nodes = first === undefined ? [] : [...others, first];
  const replaced = nodeFiles({ ...input, nodes }, "ceph-1").get(cephPaths.conf) ?? "";
  const { cluster } = rebuilt(input, { "ceph-1": (files) => void files.set(cephPaths.conf, replaced) });
  expect(knownIn(cluster).nodes.map(({ name }) => name)).toEqual(["ceph-2", "ceph-3", "ceph-1"]);
  expect(knownIn(cluster).storage).toEqual(asCluster(input).storage);
});

describe("what nodes do not say, or say differently, is unknown with the reason", () => {
  const input = bareServersInput();
  const edited = (path: string, from: string | RegExp, to: string) => (files: Map<string, string>) => {
    const before = files.get(path) ?? "";
    expect(before).toMatch(from);
    files.set(path, before.replace(from, to));
  };
  const lacking = (path: string) => (files: Map<string, string>) => void files.delete(path);

  test("one node with another MTU: neither networks nor members, and both nodes are named", () => {
    const { networks, cluster } = rebuilt(input, {
      "ceph-2": edited(suitePaths.networkModel, '"mtu":9000', '"mtu":1500'),
    });
    const reason =
      "the storage network of ceph-2 is bond-lacp, br_bond0, MTU 1500, /24, gateway 192.168.93.1, " +
      "that of ceph-1 is bond-lacp, br_bond0, MTU 9000, /24, gateway 192.168.93.1: make them alike with the zs- commands";
    expect(why(networks)).toEqual([reason]);
    expect(why(cluster)).toEqual([reason]);
  });

  test("keys that differ or are missing: nothing is known, and none is in the reason", () => {
    const other = { "ceph-3": edited(suitePaths.consulConfig, clusterSecrets.gossipKey, "another") };
    expect(why(rebuilt(input, other).keys)).toEqual([expect.stringMatching(/^ceph-3 has other keys .* than ceph-1/)]);
    expect(why(rebuilt(input, other).networks)).toHaveLength(1);
    for (const path of [suitePaths.consulTokens, suitePaths.consulConfig, suitePaths.peerFile, authorizedKeysPath]) {
      const reasons = why(rebuilt(input, { "ceph-1": lacking(path) }).cluster);
      expect(reasons).toEqual([
        expect.stringContaining(`ceph-1 keeps no key of the cluster where the suite puts it (${path})`),
      ]);
    }
    for (const text of [...why(rebuilt(input, other).cluster)])
      for (const secret of Object.values(clusterSecrets)) expect(text).not.toContain(secret);
  });

  test("a ceph.conf with lines of somebody's own, or another one on one node: networks can change, members cannot", () => {
    const own = edited(cephPaths.conf, "[osd]", "[osd]\ndebug osd = 20");
    const { networks, cluster } = rebuilt(input, { "ceph-1": own, "ceph-2": own, "ceph-3": own });
    expect(knownIn(networks)).toEqual(input.networks);
    expect(why(cluster)).toEqual([expect.stringMatching(/^\/etc\/ceph\/ceph.conf on ceph-1 is not as a deployment/)]);
    expect(why(rebuilt(input, { "ceph-2": own }).cluster)).toEqual([
      expect.stringMatching(/on ceph-2 is not as a deployment/),
    ]);
    const other = edited(cephPaths.conf, "0f51d000", "0f51d001");
    expect(why(rebuilt(input, { "ceph-2": other }).cluster)).toEqual([
      expect.stringMatching(/ceph-2 is not the same as on ceph-1/),
    ]);
  });

  test("a network more than the three is named, none of them is guessed", () => {
    const more = { base: "em9", bridge: false, address: null, mtu: 1500 };
    const add = (files: Map<string, string>) => {
      const model = JSON.parse(files.get(suitePaths.networkModel) ?? "");
      files.set(suitePaths.networkModel, JSON.stringify({ ...model, settings: [...model.settings, more] }));
    };
    expect(why(rebuilt(input, { "ceph-1": add, "ceph-2": add, "ceph-3": add }).networks)).toEqual(
      ["ceph-1", "ceph-2", "ceph-3"].map((node) => expect.stringMatching(`^${node} has more .*: bond2, em9; delete`)),
    );
  });
});

describe("networks that somebody else's files make are read from the kernel", () => {
  const input = bareServersInput();
  const kernel = (n: number, options: string): ShownNetwork => {
    const device = (name: string, kind: string, ports: string[], ip: string | null, mtu = 1500) => ({
      name,
      kind,
      ports,
      addresses: ip === null ? [] : [`${ip}/24`],
      mtu,
    });
    return {
      bonds: [{ name: "bond0", members: ["p5p1", "p5p2"], options }],
      devices: [
        device("p5p1", "nic", [], null, 9000),
        device("p5p2", "nic", [], null, 9000),
        device("bond0", "bond", ["p5p1", "p5p2"], `192.168.93.${n + 2}`, 9000),
        device("eth0", "nic", [], null),
        device("br_eth0", "bridge", ["eth0", "vnet3"], `172.20.198.${n + 2}`),
        device("virbr0", "bridge", [], "192.168.122.1"),
        device("em1", "nic", [], null),
      ],
    };
  };
  const seen = (options: string) =>
    rebuild(
      input.nodes.map(({ name }, at) => ({
        ...member(input, name, () => undefined),
        networkModel: null,
        shown: kernel(at + 1, options),
      })),
      asked(input),
    ).networks;

  test("bond, bridge, addresses, MTU and the gateway's network; idle NICs are no network", () => {
    const [storage, management, ...more] = knownIn(seen("miimon=100 mode=4 xmit_hash_policy=layer2+3"));
    expect(more).toEqual([]);
    expect(storage).toMatchObject({ link: "bond-lacp", bond: "bond0", bridge: false, mtu: 9000, gateway: null });
    expect(management).toMatchObject({ link: "single", bond: null, bridge: true, gateway: "172.20.198.1" });
    expect(management?.onNodes[1]).toEqual({ node: "ceph-2", nics: ["eth0"], ip: "172.20.198.4" });
  });

  test("a bond of a mode that the suite cannot make is missed by name", () => {
    expect(why(seen("miimon=100 mode=0"))[0]).toMatch(/^the storage network of ceph-1 is none that zs-network-setting/);
  });
});
