import type { DeploymentDraft } from "@/contract/deployment";
import type { NodeFacts } from "@/contract/node-facts";
import type { NetworkPlan } from "@/contract/network-plan";
import { toolPackages } from "@/contract/tool-packages";

/** A draft that is right in every place, like the manual's example. Tests change one thing and look what is said. */
export function rightDraft(): DeploymentDraft {
  const nodes = [1, 2, 3];
  return {
    id: "draft-1",
    revision: 1,
    clusterName: "north",
    nodes: nodes.map((n) => ({
      id: `n${n}`,
      address: `172.20.198.${n + 2}`,
      port: 22,
      user: "root",
      acceptedFingerprint: `SHA256:key${n}`,
      presentedFingerprint: `SHA256:key${n}`,
      presentedKeyType: "ssh-ed25519",
      presentedKey: `QUFB${n}`,
      keyInstalled: true,
      facts: rightFacts(n),
    })),
    networks: [
      network("storage", "bond0", ["p5p1", "p5p2"], { prefix: "192.168.93", gateway: "192.168.93.1", mtu: 9000 }),
      network("management", "bond1", ["eth0", "eth1"], { prefix: "172.20.198", gateway: "172.20.198.1", mtu: 1500 }),
      network("data", "bond2", ["em1", "em2"], null),
    ],
    storage: {
      mode: "bootstrap",
      disks: Object.fromEntries(nodes.map((n) => [`ceph-${n}`, ["/dev/sdb", "/dev/sdc"]])),
      wipeConfirmed: [],
      replicas: 3,
      failureDomain: "host",
      pool: "zstack",
      pgNum: 128,
      osdMemoryTargetMb: 4096,
      media: "hybrid",
    },
    image: {
      source: { kind: "upload", uploadId: "u1" },
      fileName: "management.qcow2",
      fileBytes: 4 * 1024 ** 3,
      sha256: "ab".repeat(32),
      format: "qcow2",
      virtualBytes: 500 * 1024 ** 3,
    },
    config: {
      Node: nodes.map((n) => `192.168.93.${n + 2} ceph-${n}`),
      MemorySizeInGB: 8,
      CPU: 4,
      Type: "CephConf",
      MonAddrs: nodes.map((n) => `192.168.93.${n + 2}:6789`),
      ChronyServers: ["172.20.0.1"],
      PoolName: "zstack",
      ImageFolder: "/storage/",
      DNS: ["172.20.0.1"],
      Network: [
        {
          Bridge: "br_bond1",
          MacAddress: "02:98:54:4b:a5:c0",
          Ipaddr: "172.20.198.24",
          Netmask: "255.255.255.0",
          Gateway: "172.20.198.1",
          IsMgmt: true,
          IsDefRoute: true,
        },
      ],
      ConsoleProxyOverriddenIP: "",
      AllowResetRootPassword: false,
    },
    software: { consul: { from: "repository" } },
    haProfile: "default",
    preparation: ["ceph-1:partitions"],
    installation: { timeZone: "Asia/Shanghai", nodes: [] },
    platform: { kind: "none", user: "", passwordSecretRef: null },
  };
}

function network(
  id: NetworkPlan["id"],
  bond: string,
  nics: string[],
  addresses: { prefix: string; gateway: string; mtu: number } | null,
): NetworkPlan {
  return {
    id,
    link: "bond-lacp",
    bond,
    bridge: addresses !== null,
    mtu: addresses?.mtu ?? 1500,
    prefixLength: addresses === null ? null : 24,
    gateway: addresses?.gateway ?? null,
    onNodes: [1, 2, 3].map((n) => ({
      node: `ceph-${n}`,
      nics,
      ip: addresses === null ? null : `${addresses.prefix}.${n + 2}`,
    })),
  };
}

export function rightFacts(n: number): NodeFacts {
  const names = ["p5p1", "p5p2", "eth0", "eth1", "em1", "em2"];
  return {
    at: "2026-01-01T00:00:00.000Z",
    hostName: `ceph-${n}`,
    bootId: `boot-${n}`,
    machineId: `machine-${n}`,
    os: { id: "debian", versionId: "12", prettyName: "Debian 12", kernel: "6.1.0", architecture: "x86_64" },
    cpu: { model: "Xeon", sockets: 2, cores: 20, threads: 40, virtualization: "vmx" },
    kvmUsable: true,
    bondingAvailable: true,
    memoryBytes: 128 * 1024 ** 3,
    timeZone: "Asia/Shanghai",
    clockOffsetMs: n * 10,
    clockUncertaintyMs: 5,
    defaultGateway: "172.20.198.1",
    nics: names.map((name, at) => ({
      name,
      mac: `52:54:00:00:0${n}:0${at}`,
      speedMbps: 10_000,
      carrier: true,
      adminUp: true,
      mtu: 1500,
      driver: "ixgbe",
      kind: "physical",
      master: null,
      addresses: name === "eth0" ? [{ ip: `172.20.198.${n + 2}`, prefixLength: 24 }] : [],
    })),
    disks: ["/dev/sda", "/dev/sdb", "/dev/sdc"].map((path) => ({
      path,
      sizeBytes: 2 * 1000 ** 4,
      rotational: true,
      model: "NL SAS",
      serial: `S${n}${path.slice(-1)}`,
      inUseBecause: path === "/dev/sda" ? ["partition table"] : [],
    })),
    mounts: [
      { target: "/", source: "/dev/sda3", type: "xfs", sizeBytes: 400 * 1024 ** 3, availableBytes: 300 * 1024 ** 3 },
      { target: "/boot", source: "/dev/sda2", type: "xfs", sizeBytes: 1024 ** 3, availableBytes: 1024 ** 3 },
    ],
    hostsFile: "127.0.0.1 localhost\n",
    tools: Object.fromEntries(Object.keys(toolPackages).map((tool) => [tool, "1.0"])),
    packageManager: "apt",
    networkStack: ["networkd"],
    membership: { consul: false, ceph: null, suite: null, clusterNodes: [] },
  };
}
