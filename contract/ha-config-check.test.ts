import { expect, test } from "vitest";
import { problemMessage } from "@/contract/config-problem-text";
import type { HaConfig, HaNetwork } from "@/contract/ha-config";
import { checkHaConfig, hasErrors } from "@/contract/ha-config-check";
import { sampleConfig } from "@/contract/ha-config-sample";

const good = sampleConfig("CephConf");
const codes = (change: Partial<HaConfig>): string[] =>
  checkHaConfig({ ...good, ...change }).map((problem) => `${problem.path} ${problem.code}`);
const withCard = (change: Partial<HaNetwork>, at = 1): string[] =>
  codes({ Network: good.Network.map((network, index) => (index === at ? { ...network, ...change } : network)) });
const quiet = "ChronyServers time-server-is-one-node";

test("the manual's samples pass with nothing but the advice on the time server", () => {
  for (const type of ["CephConf", "FileConf"] as const) {
    const problems = checkHaConfig(sampleConfig(type));
    expect(hasErrors(problems)).toBe(false);
    expect(problems.map((problem) => problem.code)).toEqual(["time-server-is-one-node"]);
  }
});

test("nodes: 2N+1, well formed, each name and address once", () => {
  expect(codes({ Node: good.Node.slice(0, 1) })).toContain("Node node-count-too-small");
  expect(codes({ Node: [...good.Node, "192.168.255.1 ceph-4"] })).toContain("Node node-count-even");
  expect(codes({ Node: ["192.168.255.205", ...good.Node.slice(1)] })).toContain("Node.0 node-malformed");
  expect(codes({ Node: ["192.168.255.256 ceph-1", ...good.Node.slice(1)] })).toContain("Node.0 address-invalid");
  expect(codes({ Node: ["192.168.255.205 -x", ...good.Node.slice(1)] })).toContain("Node.0 node-name-invalid");
  const twice = codes({ Node: [...good.Node.slice(0, 2), "192.168.255.205 CEPH-1"] });
  expect(twice).toContain("Node.2 node-name-repeated");
  expect(twice).toContain("Node.2 node-address-repeated");
});

test("size: whole numbers, at least the manual's minimum", () => {
  expect(codes({ CPU: 3, MemorySizeInGB: 7 })).toEqual(["MemorySizeInGB below-minimum", "CPU below-minimum", quiet]);
  expect(codes({ CPU: 4.5 })).toEqual(["CPU not-a-whole-number", quiet]);
});

test("storage: monitors, pool and folder", () => {
  expect(codes({ MonAddrs: [] })).toContain("MonAddrs monitors-missing");
  for (const bad of ["10.0.0.1", "10.0.0.1:0", "10.0.0.1:70000", "x:6789", "10.0.0.1:6789:1"])
    expect(codes({ MonAddrs: [bad] }), bad).toContain("MonAddrs.0 monitor-malformed");
  expect(codes({ MonAddrs: ["10.0.0.1:6789", "10.0.0.1:6789"] })).toContain("MonAddrs.1 monitor-repeated");
  expect(codes({ PoolName: "a/b" })).toContain("PoolName pool-name-invalid");
  expect(codes({ ImageFolder: "storage" })).toContain("ImageFolder folder-not-absolute");
  expect(codes({ Type: "FileConf", ImageFolder: "/" })).toContain("ImageFolder folder-is-root");
  expect(codes({ Type: "FileConf", MonAddrs: [], PoolName: "" })).toEqual([quiet]);
});

test("time: a node in the list serves the others, an outside source ends the advice", () => {
  expect(codes({ ChronyServers: ["time1-7.aliyun.com "] })).toEqual([]);
  expect(codes({ ChronyServers: ["192.168.255.205", "time1-7.aliyun.com"] })).toEqual([]);
  expect(codes({ ChronyServers: ["192.168.255.205", "192.168.255.221"] })).toEqual([
    "ChronyServers time-servers-are-nodes",
  ]);
  expect(codes({ ChronyServers: ["192.168.300.1"] })).toEqual(["ChronyServers.0 time-server-invalid"]);
  expect(codes({ ChronyServers: [] })).toEqual(["ChronyServers time-servers-missing"]);
});

test("networks: one management network, at most one default route, cards told apart", () => {
  expect(codes({ Network: [] })).toContain("Network network-missing");
  expect(withCard({ IsMgmt: true })).toContain("Network management-network-count");
  expect(withCard({ IsDefRoute: true }, 0)).toContain("Network default-route-count");
  expect(withCard({ IsDefRoute: false })).toContain("Network default-route-missing");
  expect(withCard({ Bridge: "a-name-too-long-for-linux" })).toContain("Network.1.Bridge bridge-name-invalid");
  expect(withCard({ MacAddress: "02:98:54:4B:A5:C0" })).toContain("Network.1.MacAddress mac-repeated");
  expect(withCard({ MacAddress: "03:98:54:4b:a5:c1" })).toContain("Network.1.MacAddress mac-multicast");
  expect(withCard({ MacAddress: "00:98:54:4b:a5:c1" })).toContain("Network.1.MacAddress mac-not-local");
  expect(withCard({ MacAddress: "02-98-54-4b-a5-c1" })).toContain("Network.1.MacAddress mac-invalid");
});

test("addresses: per-node lists name every node exactly, gateway lies in the subnet", () => {
  expect(withCard({ Ipaddr: "10.0.0.1@ceph-1, 10.0.0.2@ceph-2" }, 0)).toContain("Network.0.Ipaddr per-node-missing");
  expect(withCard({ Netmask: "255.255.255.0@ceph-9" }, 0)).toContain("Network.0.Netmask per-node-unknown");
  expect(withCard({ Ipaddr: "10.0.0.1@ceph-1, 10.0.0.2" })).toContain("Network.1.Ipaddr per-node-malformed");
  expect(withCard({ Netmask: "255.0.255.0" })).toContain("Network.1.Netmask netmask-invalid");
  expect(withCard({ Gateway: "203.114.55.1" })).toContain("Network.1.Gateway gateway-outside-subnet");
  expect(withCard({ Gateway: "203.114.54.10" })).toContain("Network.1.Gateway gateway-is-address");
  expect(withCard({ Gateway: "" })).toContain("Network.1.Gateway gateway-missing");
  expect(withCard({ Ipaddr: "203.114.54.255" })).toContain("Network.1.Ipaddr address-not-a-host");
  expect(withCard({ Ipaddr: "192.168.255.205", Gateway: "192.168.255.1" })).toContain("Network.1.Ipaddr address-taken");
  expect(codes({ ConsoleProxyOverriddenIP: "1.2.3" })).toContain("ConsoleProxyOverriddenIP address-invalid");
  expect(codes({ ConsoleProxyOverriddenIP: "1.2.3.4@ceph-1" })).toContain("ConsoleProxyOverriddenIP per-node-missing");
  expect(codes({ AllowResetRootPassword: true })).toContain("AllowResetRootPassword password-reset-allowed");
});

test("a gateway wrong on every node is said once", () => {
  expect(withCard({ Gateway: "203.114.55.1" }).filter((code) => code.includes("gateway"))).toHaveLength(1);
});

test("messages point at the field the way it is written in the file", () => {
  const [problem] = checkHaConfig({ ...good, ChronyServers: ["a.b", "300.1.1.1"] });
  expect(problem && problemMessage(problem)).toBe(
    'ChronyServers[1]: "300.1.1.1" is neither an IPv4 address nor a host name',
  );
});
