import { alarmText } from "@/contract/alarm-text";
import type { HistoryRecord } from "@/contract/consul-keys";
import { sentenceText } from "@/contract/sentence";
import type { Alarm, CephStatus, ConsulMember, HaService, HaStatus } from "@/contract/ha-status";

/** The manual's text, section by section; what the manual does not know follows after its last line. Ends in a newline. */
export function renderStatus(status: HaStatus): string {
  const sections: string[][] = [
    [">>>MN-VM Running On", ...runningOn(status)],
    [">>>Last MN-VM Start Record", ...(status.lastStart === null ? [] : [startRecord(status.lastStart)])],
    [
      ">>>ZStack HA Services Running On",
      ...status.services
        .filter((service) => service.state === "running")
        .map((service) => `${service.ip} : ${service.node}`),
      ...status.services
        .filter((service) => service.state === "unknown")
        .map((service) => `${service.ip} : ${service.node} (unknown)`),
    ],
    [
      ">>>Consul Members",
      ...(status.consul.state === "known"
        ? members(status.consul.value.members)
        : [`unknown: ${sentenceText(status.consul.reason)}`]),
    ],
    [">>>Management Node IP", ...status.managementIps],
    [">>>Public Network IP", ...status.publicIps],
    ...(status.config === undefined ? [] : [[">>>Configuration", JSON.stringify(status.config, null, 2)]]),
    storage(status),
    [">>>Checking Host I/O", ...hostIo(status), "done."],
    ...more(status),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function storage({ ceph: reading, imageFolder }: HaStatus): string[] {
  if (imageFolder === undefined)
    return [
      ">>>Ceph Status",
      ...(reading.state === "known" ? ceph(reading.value) : [`unknown: ${sentenceText(reading.reason)}`]),
    ];
  return [
    ">>>Image Folder",
    imageFolder.path,
    ...imageFolder.nodes.map(({ node, mount, refusedBy, doubts }) => {
      const heeds = refusedBy.length === 0 ? [] : [`kept out by the locks of ${refusedBy.join(", ")}`];
      return `${node} : ${[mount ?? "not told", ...heeds, ...doubts.map(sentenceText)].join("; ")}`;
    }),
  ];
}

function runningOn(status: HaStatus): string[] {
  const vm = status.managementVm;
  if (vm.state === "stopped") return [];
  if (vm.nodeIp === null) return ["unknown"];
  return [`${vm.nodeIp} : ${vm.state}`];
}

function startRecord(record: HistoryRecord): string {
  const phases = Object.entries(record.seconds).map(([phase, seconds]) => `${phase} ${seconds} s`);
  const from = record.from === null ? "" : ` from ${record.from}`;
  const cause = record.cause == null ? "" : ` (${record.cause})`;
  return `${record.at} ${record.kind}${from}${cause} on ${record.node}, epoch ${record.epoch}${phases.length === 0 ? "" : `: ${phases.join(", ")}`}`;
}

function members(list: readonly ConsulMember[]): string[] {
  const rows = [
    ["Node", "Address", "Status", "Type", "Build", "Protocol", "DC"],
    ...list.map((member) => [
      member.name,
      member.address,
      member.status,
      member.type,
      member.build,
      member.protocol,
      member.datacenter,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function ceph(status: CephStatus): string[] {
  const mons = status.monitors.map((mon) => `${mon.name}=${mon.address}`).join(",");
  const quorum = status.monitors.flatMap((mon, rank) => (mon.inQuorum ? [{ rank, name: mon.name }] : []));
  const { osds, pgs, bytes, clientIo } = status;
  const busy = clientIo.readBytesPerSecond + clientIo.writeBytesPerSecond + clientIo.operationsPerSecond > 0;
  return [
    `cluster ${status.fsid}`,
    `health ${status.health}`,
    ...status.checks.filter((check) => !check.muted).map((check) => `    ${check.summary}`),
    `monmap e${status.monmapEpoch}: ${status.monitors.length} mons at {${mons}}`,
    `election epoch ${status.electionEpoch}, quorum ${quorum.map((mon) => mon.rank).join(",")} ${quorum.map((mon) => mon.name).join(",")}`,
    `osdmap e${status.osdmapEpoch}: ${osds.total} osds: ${osds.up} up, ${osds.in} in`,
    ...(status.flags.length === 0 ? [] : [`flags ${status.flags.join(",")}`]),
    `pgmap: ${pgs.total} pgs, ${pgs.pools} pools, ${size(bytes.data)} data, ${pgs.objects} objects`,
    `${size(bytes.used)} used, ${size(bytes.available)} / ${size(bytes.total)} avail`,
    ...Object.entries(pgs.byState).map(([state, count]) => `${count} ${state}`),
    ...(busy
      ? [
          `client io ${clientIo.readBytesPerSecond} B/s rd, ${clientIo.writeBytesPerSecond} B/s wr, ${clientIo.operationsPerSecond} op/s`,
        ]
      : []),
  ];
}

/** As Ceph of the manual's time printed them: the next unit from 100 of it on. */
function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let index = units.length - 1;
  while (index > 0 && bytes / 1024 ** index <= 100) index -= 1;
  return `${Math.floor(bytes / 1024 ** index)} ${units[index] ?? "B"}`;
}

/** One line for each node whose storage does not answer; silence is good news, as in the manual. */
const hostIo = (status: HaStatus): string[] =>
  status.services.some((service) => service.state === "running")
    ? status.hostIo.filter((node) => node.state !== "ok").map((node) => `${node.node}: ${node.state}`)
    : [];

function more(status: HaStatus): string[][] {
  const vm = status.managementVm;
  const intent =
    status.intent.state === "unknown"
      ? `unknown: ${sentenceText(status.intent.reason)}`
      : status.intent.value === null
        ? "none"
        : `${status.intent.value.want} (generation ${status.intent.value.generation}, ${status.intent.value.actor}, ${status.intent.value.at})`;
  const operation = status.operation;
  return [
    [
      ">>>Ownership",
      `owner ${vm.node ?? "none"}`,
      `epoch ${vm.epoch ?? "none"}`,
      `since ${vm.since ?? "unknown"}`,
      `lease ${lease(status)}`,
      `intent ${intent}`,
      `fence ${status.fence.armed ? "armed" : "not armed"}: ${sentenceText(status.fence.because)}`,
      `profile ${profile(status)}`,
    ],
    ...(operation === null
      ? []
      : [
          [
            ">>>Last Operation",
            `${operation.kind} ${operation.source} to ${operation.target ?? "nowhere"}: ${operation.phase}${operation.error === null ? "" : `, ${operation.error}`}`,
          ],
        ]),
    [">>>Standby", ...status.services.filter((service) => service.node !== vm.node).map(standby)],
    [
      ">>>History",
      ...status.history.map(
        (record) =>
          `${startRecord(record)}${record.outcome === "failed" ? ` FAILED: ${sentenceText(record.detail)}` : ""}`,
      ),
    ],
    [">>>Alarms", ...(status.alarms.length === 0 ? ["none"] : status.alarms.flatMap(alarm))],
  ];
}

function lease({ lease: reading }: HaStatus): string {
  if (reading === undefined) return "unknown: not told by this version";
  if (reading.state === "unknown") return `unknown: ${sentenceText(reading.reason)}`;
  const { holder, epoch, ageSeconds } = reading.value;
  if (holder === null) return "held by nobody";
  const age = ageSeconds === null ? "no sign of life on record" : `last sign of life ${ageSeconds} s ago`;
  return `held by ${holder}, epoch ${epoch ?? "unknown"}, ${age}`;
}

function profile({ profile: read, imageFolder }: HaStatus): string {
  if (read === undefined) return "unknown: not told by this version";
  const part = (name: string, settings: typeof read.consul): string =>
    settings.state === "unknown"
      ? `${name} unknown: ${sentenceText(settings.reason)}`
      : `${name} ${settings.value.length === 0 ? "as it says" : `differs in ${settings.value.length} settings`}`;
  const ceph = read.cephTuned ? part("Ceph", read.ceph) : "Ceph left as it is";
  if (imageFolder !== undefined) return `${read.profile} (${part("Consul", read.consul)})`;
  return `${read.profile} (${part("Consul", read.consul)}, ${ceph})`;
}

function standby(service: HaService): string {
  const { node, state, eligible, ineligibleBecause } = service;
  if (state === "stopped") return `${node} : no, zshad does not run`;
  if (state === "unknown" || eligible === null) return `${node} : unknown`;
  return eligible ? `${node} : can take over` : `${node} : no, ${ineligibleBecause.map(sentenceText).join("; ")}`;
}

function alarm(entry: Alarm): string[] {
  const { title, means, advice } = alarmText(entry);
  const because = entry.code === "no-eligible-standby" ? sentenceText(entry.facts["because"] ?? "") : "";
  return [
    `${entry.severity} ${entry.code}: ${title}`,
    `    ${means}`,
    ...(because === "" ? [] : because.split("; ").map((line) => `    ${line}`)),
    `    What to do: ${advice}`,
  ];
}
