import { expect, test } from "vitest";
import { sampleConfig } from "@/contract/ha-config-sample";
import { haNodes } from "@/contract/ha-config";
import type { NodeSetup } from "@/contract/node-setup";
import { chronyFile, chronyPlan, withoutChrony } from "@/suite/setup/chrony";
import { consulConfig, initialTokenKey, needsRestart, parseConsulVersion } from "@/suite/setup/consul-config";
import { firewallRules } from "@/suite/setup/firewall";
import { hostsFile, withoutHosts } from "@/suite/setup/hosts-file";
import { authorizedLine } from "@/suite/setup/peer-access";

const config = sampleConfig("CephConf");
const nodes = haNodes(config);
const setup: NodeSetup = {
  protocol: 1,
  node: "ceph-2",
  config,
  profile: "default",
  consul: { binary: null, sha256: null, datacenter: "dc1", gossipKey: "KEY", managementToken: "M", suiteToken: "S" },
  ceph: null,
};

test("Consul: the node's address is its name, strangers are denied, dead servers are kept", () => {
  const rendered = consulConfig(setup, [1, 8]);
  expect(rendered).toMatchObject({
    server: true,
    bootstrap_expect: 3,
    node_name: "192.168.255.221",
    bind_addr: "192.168.255.221",
    client_addr: "127.0.0.1",
    encrypt: "KEY",
    leave_on_terminate: false,
    autopilot: { cleanup_dead_servers: false, min_quorum: 3 },
    performance: { raft_multiplier: 1 },
    acl: { enabled: true, default_policy: "deny", tokens: { master: "M", agent: "S" } },
    disable_update_check: true,
  });
  expect(rendered).toHaveProperty("gossip_lan.suspicion_mult", 3);
  expect(consulConfig({ ...setup, profile: "fast" }, [1, 8])).toHaveProperty("gossip_lan.probe_interval", "500ms");
  expect(() => consulConfig({ ...setup, node: "ceph-9" }, [1, 8])).toThrow("does not name ceph-9");
});

test("Consul: other members alone are no reason to restart it", () => {
  const four = { ...config, Node: [...config.Node, "192.168.255.224 ceph-4"] };
  const before = consulConfig(setup, [1, 8]);
  const after = consulConfig({ ...setup, config: four }, [1, 8]);
  expect(after).toMatchObject({ bootstrap_expect: 4, autopilot: { min_quorum: 4 } });
  expect(needsRestart(before, after)).toBe(false);
  expect(needsRestart(before, consulConfig({ ...setup, profile: "fast" }, [1, 8]))).toBe(true);
  expect(needsRestart(before, { ...before, encrypt: "OTHER" })).toBe(true);
});

test("Consul: the bootstrap token's name follows the version", () => {
  expect(parseConsulVersion("Consul v1.8.7+dfsg1\nRevision x\n")).toEqual([1, 8]);
  expect(parseConsulVersion("consul: not found")).toBeNull();
  expect(initialTokenKey([1, 10])).toBe("master");
  expect(initialTokenKey([1, 11])).toBe("initial_management");
});

test("A17: a node in ChronyServers is a source for the others, never for itself", () => {
  const all = { ...config, ChronyServers: nodes.map((node) => node.ip) };
  for (const node of nodes) {
    const plan = chronyPlan(all, node);
    expect(plan.serves).toBe(true);
    expect(plan.sources).toEqual(nodes.filter((other) => other.ip !== node.ip).map((other) => other.ip));
  }
  expect(
    chronyPlan({ ...config, ChronyServers: ["time1-7.aliyun.com "] }, { name: "ceph-1", ip: "192.168.255.205" }),
  ).toEqual({
    sources: ["time1-7.aliyun.com"],
    serves: false,
    lines: ["server time1-7.aliyun.com iburst"],
  });
});

test("chrony: the distribution's sources are put out of force and come back", () => {
  const before =
    "pool 2.debian.pool.ntp.org iburst\nsourcedir /etc/chrony/sources.d\ndriftfile /var/lib/chrony/drift\n";
  const after = chronyFile(before, chronyPlan(config, { name: "ceph-2", ip: "192.168.255.221" }));
  expect(after).toBe(
    "#zsha# pool 2.debian.pool.ntp.org iburst\n#zsha# sourcedir /etc/chrony/sources.d\ndriftfile /var/lib/chrony/drift\n# BEGIN zsha\nserver 192.168.255.205 iburst\n# END zsha\n",
  );
  expect(chronyFile(after, chronyPlan(config, { name: "ceph-2", ip: "192.168.255.221" }))).toBe(after);
  expect(withoutChrony(after)).toBe(before);
});

test("hosts: one block, contradicting lines out of force, Debian's 127.0.1.1 stays", () => {
  const before = "127.0.0.1 localhost\n127.0.1.1 ceph-2\n10.9.9.9 ceph-1 old\n";
  const after = hostsFile(before, nodes, "ceph-2");
  expect(after).toBe(
    "127.0.0.1 localhost\n127.0.1.1 ceph-2\n#zsha# 10.9.9.9 ceph-1 old\n# BEGIN zsha\n192.168.255.205 ceph-1\n192.168.255.221 ceph-2\n192.168.255.183 ceph-3\n# END zsha\n",
  );
  expect(hostsFile(after, nodes, "ceph-2")).toBe(after);
  expect(withoutHosts(after)).toBe(before);
});

test("the firewall admits the nodes and drops everybody else at Consul's ports", () => {
  const rules = firewallRules(nodes);
  expect(rules).toContain("elements = { 192.168.255.205, 192.168.255.221, 192.168.255.183 }");
  expect(rules.indexOf("ip saddr @nodes accept")).toBeLessThan(rules.indexOf("tcp dport { 8300-8302 } drop"));
});

test("the peers' key opens one command from the nodes' addresses", () => {
  expect(authorizedLine("ssh-ed25519 AAAA comment\n", ["10.0.0.1", "10.0.0.2"])).toBe(
    'restrict,from="10.0.0.1,10.0.0.2",command="/usr/sbin/zsha peer" ssh-ed25519 AAAA zsha-cluster',
  );
});
