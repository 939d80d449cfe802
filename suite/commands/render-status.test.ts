import { expect, test } from "vitest";
import type { HaStatus } from "@/contract/ha-status";
import { renderStatus } from "@/suite/commands/render-status";
import { statusAlarms } from "@/suite/commands/status-alarms";

const at = "2026-01-02T03:04:05.000Z";
const member = (ip: string) => ({
  name: ip,
  address: `${ip}:8301`,
  status: "alive" as const,
  type: "server" as const,
  build: "0.7.2",
  protocol: "2",
  datacenter: "dc1",
});
const running: HaStatus = {
  protocol: 1,
  at,
  reporter: "ceph-1",
  suiteVersion: "0.1.0",
  managementVm: {
    state: "running",
    node: "ceph-1",
    nodeIp: "192.168.255.205",
    epoch: 7,
    since: at,
    appliedConfigVersion: null,
  },
  lastStart: {
    id: "1",
    kind: "failover",
    node: "ceph-1",
    from: "ceph-2",
    epoch: 7,
    actor: "zshad",
    at,
    seconds: { elect: 0.4, fence: 1.2, start: 0.6, guest: 8.1, total: 10.3 },
    outcome: "succeeded",
    detail: "",
  },
  services: ["192.168.255.205", "192.168.255.221", "192.168.255.183"].map((ip, place) => ({
    node: `ceph-${place + 1}`,
    ip,
    state: "running",
    suiteVersion: "0.1.0",
    eligible: true,
    ineligibleBecause: [],
  })),
  consul: {
    state: "known",
    at,
    value: {
      members: ["192.168.255.205", "192.168.255.221", "192.168.255.183"].map(member),
      leader: "192.168.255.205:8300",
      peers: [],
      autopilotSafe: true,
    },
  },
  intent: { state: "known", at, value: { want: "started", generation: 3, actor: "zsha start", at } },
  operation: null,
  lease: {
    state: "known",
    at,
    value: { holder: "ceph-1", epoch: 7, since: at, confirmedAt: at, ageSeconds: 2.4 },
  },
  profile: {
    profile: "fast",
    cephTuned: true,
    consul: { state: "known", at, value: [] },
    ceph: { state: "known", at, value: [] },
  },
  fence: { armed: true, because: "the next owner fences 192.168.255.205:0/77 first" },
  managementIps: ["172.20.198.3"],
  publicIps: ["203.114.54.10"],
  ceph: {
    state: "known",
    at,
    value: {
      fsid: "7eafa8a3-7318-4d93-86fe-4186e1509f15",
      health: "HEALTH_WARN",
      checks: [
        {
          code: "TOO_MANY_PGS",
          severity: "HEALTH_WARN",
          summary: "too many PGs per OSD (592 > max 300)",
          muted: false,
        },
        {
          code: "OSDMAP_FLAGS",
          severity: "HEALTH_WARN",
          summary: "noout,noscrub,nodeep-scrub flag(s) set",
          muted: false,
        },
      ],
      monitors: [
        { name: "ceph-1", address: "192.168.255.205:6789", inQuorum: true },
        { name: "ceph-2", address: "192.168.255.221:6789", inQuorum: true },
      ],
      monmapEpoch: 1,
      electionEpoch: 6,
      osdmapEpoch: 33,
      osds: { total: 3, up: 3, in: 3 },
      osdsByHost: {},
      flags: ["noout", "noscrub", "nodeep-scrub"],
      pgs: { total: 592, byState: { "active+clean": 592 }, pools: 6, objects: 2152 },
      bytes: { data: 8328 * 1024 ** 2, used: 24660 * 1024 ** 2, available: 860 * 1024 ** 3, total: 884 * 1024 ** 3 },
      clientIo: { readBytesPerSecond: 10524, writeBytesPerSecond: 3134, operationsPerSecond: 26 },
    },
  },
  image: { state: "unknown", at, reason: "not asked" },
  hostIo: [],
  configVersion: 40,
  history: [],
  alarms: [],
};

test("a healthy cluster reads as in the manual, and our own words come after its last line", () => {
  expect(renderStatus(running)).toBe(`>>>MN-VM Running On
192.168.255.205 : running

>>>Last MN-VM Start Record
2026-01-02T03:04:05.000Z failover from ceph-2 on ceph-1, epoch 7: elect 0.4 s, fence 1.2 s, start 0.6 s, guest 8.1 s, total 10.3 s

>>>ZStack HA Services Running On
192.168.255.205 : ceph-1
192.168.255.221 : ceph-2
192.168.255.183 : ceph-3

>>>Consul Members
Node             Address               Status  Type    Build  Protocol  DC
192.168.255.205  192.168.255.205:8301  alive   server  0.7.2  2         dc1
192.168.255.221  192.168.255.221:8301  alive   server  0.7.2  2         dc1
192.168.255.183  192.168.255.183:8301  alive   server  0.7.2  2         dc1

>>>Management Node IP
172.20.198.3

>>>Public Network IP
203.114.54.10

>>>Ceph Status
cluster 7eafa8a3-7318-4d93-86fe-4186e1509f15
health HEALTH_WARN
    too many PGs per OSD (592 > max 300)
    noout,noscrub,nodeep-scrub flag(s) set
monmap e1: 2 mons at {ceph-1=192.168.255.205:6789,ceph-2=192.168.255.221:6789}
election epoch 6, quorum 0,1 ceph-1,ceph-2
osdmap e33: 3 osds: 3 up, 3 in
flags noout,noscrub,nodeep-scrub
pgmap: 592 pgs, 6 pools, 8328 MB data, 2152 objects
24660 MB used, 860 GB / 884 GB avail
592 active+clean
client io 10524 B/s rd, 3134 B/s wr, 26 op/s

>>>Checking Host I/O
done.

>>>Ownership
owner ceph-1
epoch 7
since 2026-01-02T03:04:05.000Z
lease held by ceph-1, epoch 7, last sign of life 2.4 s ago
intent started (generation 3, zsha start, 2026-01-02T03:04:05.000Z)
fence armed: the next owner fences 192.168.255.205:0/77 first
profile fast (Consul as it says, Ceph as it says)

>>>Standby
ceph-2 : can take over
ceph-3 : can take over

>>>History

>>>Alarms
none
`);
});

test("after a stop the first and third section are empty, as in the manual", () => {
  const stopped: HaStatus = {
    ...running,
    managementVm: { state: "stopped", node: null, nodeIp: null, epoch: null, since: null, appliedConfigVersion: null },
    lastStart: null,
    services: running.services.map((service) => ({ ...service, state: "stopped" })),
  };
  expect(renderStatus(stopped)).toMatch(
    /^>>>MN-VM Running On\n\n>>>Last MN-VM Start Record\n\n>>>ZStack HA Services Running On\n\n>>>Consul Members\n/,
  );
});

test("what could not be read says so and why", () => {
  const blind: HaStatus = {
    ...running,
    managementVm: { ...running.managementVm, state: "unknown", nodeIp: null },
    ceph: { state: "unknown", at, reason: "no answer within 4.5 s" },
    alarms: [{ code: "ceph-unreachable", severity: "critical", facts: { reason: "no answer within 4.5 s" } }],
  };
  const text = renderStatus(blind);
  expect(text).toContain(">>>MN-VM Running On\nunknown\n");
  expect(text).toContain(">>>Ceph Status\nunknown: no answer within 4.5 s\n");
  expect(text).toContain(`>>>Alarms
critical ceph-unreachable: Ceph does not answer
    The management VM’s disk may stall, and without a fence no other node may start it. no answer within 4.5 s
    What to do: Check the storage network, then monitors and OSDs.
`);
});

test("no standby: each node with its reason, and what to do", () => {
  const [first, second, third] = running.services;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("three services are expected");
  const alone: HaStatus = {
    ...running,
    services: [
      first,
      { ...second, eligible: false, ineligibleBecause: ["the storage canary fails"] },
      { ...third, state: "stopped", eligible: null },
    ],
  };
  const text = renderStatus({
    ...alone,
    alarms: statusAlarms(alone, { foreignWatchers: [], waitingBlocklist: [], consulListens: [] }),
  });
  expect(text).toContain(`>>>Standby
ceph-2 : no, the storage canary fails
ceph-3 : no, zshad does not run
`);
  expect(text).toContain(`>>>Alarms
warning no-eligible-standby: No other node can take over
    If ceph-1 fails now, the management VM stays down until another node becomes ready.
    ceph-2: the storage canary fails
    ceph-3: zshad does not run
    What to do: Remove what keeps at least one of the other nodes from it.
`);
});
