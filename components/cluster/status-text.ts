import type { ClusterStatus } from "@/contract/cluster-status";
import type { CephStatus, HaStatus } from "@/contract/ha-status";
import { type Sentence, sentenceText } from "@/contract/sentence";

const mega = 1024 ** 2;
const giga = 1024 ** 3;

/** What `zsha status` prints on a node, from the readings the panel has: headings and shapes of the manual's transcript. */
/** `say`: a reading may have turned unknown in this very browser, which has no English of its own. */
export function statusText(status: ClusterStatus, say: (sentence: Sentence) => string = sentenceText): string {
  if (status.ha.state === "unknown") return `zsha status: unknown: ${say(status.ha.reason)}\n`;
  const ha = status.ha.value;
  const sections: [string, string[]][] = [
    ["MN-VM Running On", [runningOn(ha)]],
    ["Last MN-VM Start Record", lastStart(ha)],
    [
      "ZStack HA Services Running On",
      ha.services.map((each) => `${each.ip} : ${each.node}${each.state === "running" ? "" : ` (${each.state})`}`),
    ],
    ["Consul Members", consulMembers(ha)],
    ["Management Node IP", ha.managementIps],
    ["Public Network IP", ha.publicIps],
    [
      "Ceph Status",
      ha.ceph.state === "known" ? cephLines(ha.ceph.value) : [`unknown: ${sentenceText(ha.ceph.reason)}`],
    ],
    ["Checking Host I/O", hostIo(ha)],
  ];
  return sections.map(([title, lines]) => `>>>${title}\n${lines.map((line) => `${line}\n`).join("")}`).join("\n");
}

function runningOn({ managementVm: vm }: HaStatus): string {
  return vm.nodeIp === null ? vm.state : `${vm.nodeIp} : ${vm.state}`;
}

function lastStart({ lastStart: record }: HaStatus): string[] {
  if (record === null) return [];
  const seconds = record.seconds.total === undefined ? "" : ` in ${record.seconds.total} s`;
  return [`${record.at} ${record.kind} on ${record.node} by ${record.actor}: ${record.outcome}${seconds}`];
}

function consulMembers({ consul }: HaStatus): string[] {
  if (consul.state === "unknown") return [`unknown: ${sentenceText(consul.reason)}`];
  const rows = [
    ["Node", "Address", "Status", "Type", "Build", "Protocol", "DC"],
    ...consul.value.members.map((each) => [
      each.name,
      each.address,
      each.status,
      each.type,
      each.build,
      each.protocol,
      each.datacenter,
    ]),
  ];
  const widths = rows.reduce<number[]>(
    (soFar, row) => row.map((text, column) => Math.max(soFar[column] ?? 0, text.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function cephLines(ceph: CephStatus): string[] {
  const monitors = ceph.monitors.map((each) => `${each.name}=${each.address}`).join(",");
  const quorum = ceph.monitors.filter((each) => each.inQuorum).map((each) => each.name);
  return [
    `cluster ${ceph.fsid}`,
    `health ${ceph.health}`,
    ...ceph.checks.map((check) => `    ${check.summary}`),
    `monmap e${ceph.monmapEpoch}: ${ceph.monitors.length} mons at {${monitors}}`,
    `election epoch ${ceph.electionEpoch}, quorum ${quorum.join(",")}`,
    `osdmap e${ceph.osdmapEpoch}: ${ceph.osds.total} osds: ${ceph.osds.up} up, ${ceph.osds.in} in`,
    ...(ceph.flags.length > 0 ? [`flags ${ceph.flags.join(",")}`] : []),
    `${ceph.pgs.total} pgs, ${ceph.pgs.pools} pools, ${Math.round(ceph.bytes.data / mega)} MB data, ${ceph.pgs.objects} objects`,
    `${Math.round(ceph.bytes.used / mega)} MB used, ${Math.round(ceph.bytes.available / giga)} GB / ${Math.round(ceph.bytes.total / giga)} GB avail`,
    ...Object.entries(ceph.pgs.byState).map(([state, count]) => `${count} ${state}`),
    `client io ${ceph.clientIo.readBytesPerSecond} B/s rd, ${ceph.clientIo.writeBytesPerSecond} B/s wr, ${ceph.clientIo.operationsPerSecond} op/s`,
  ];
}

function hostIo({ hostIo: checks }: HaStatus): string[] {
  const odd = checks.filter((check) => check.state !== "ok");
  return odd.length === 0 ? ["done."] : odd.map((check) => `${check.node} : ${check.state}`);
}
