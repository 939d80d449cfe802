import type { DeploymentDraft, DraftNode } from "@/contract/deployment";
import { fieldAdvice, fieldError } from "@/contract/field-problem";
import { type NetworkOnNode, type NetworkPlan, networkDevice, vlanRange } from "@/contract/network-plan";
import type { NodeFacts } from "@/contract/node-facts";
import type { FieldProblem } from "@/contract/preflight";
import { formatSubnet, inSubnet, isUnicast, type Subnet, subnetOf, subnetsOverlap } from "@/contract/subnet";
import { formatIpv4, parseIpv4 } from "@/lib/ipv4";

/** IPv4 needs 576, but the kernel refuses Ethernet below 68 and IPv6 below 1280; jumbo switches stop at 9216. */
export const mtuRange = { min: 1280, max: 9216 } as const;
export const jumboMtu = 9000;
/** A name the kernel takes for a link: 15 bytes, and `br_` goes in front of it. */
const bondName = /^[a-z][a-z0-9_-]{0,11}$/i;
const deviceNameMax = 15;
const prefixRange = { min: 8, max: 30 } as const;
const storageSpeedAdviceMbps = 10_000;

export type PlannedNodes = readonly { name: string; facts: NodeFacts; address: string }[];

export const networkProblems = (draft: DeploymentDraft): FieldProblem[] =>
  planProblems(draft.networks, knownNodes(draft.nodes));

/** The same for the first installation and for every change after it. */
export function planProblems(plans: readonly NetworkPlan[], nodes: PlannedNodes): FieldProblem[] {
  const missing = (["storage", "management"] as const)
    .filter((id) => !plans.some((plan) => plan.id === id))
    .map((id) => fieldError(`networks.${id}`, "network-unplanned", { network: id }));
  const absentData = plans.some((plan) => plan.id === "data")
    ? []
    : [fieldAdvice("networks.data", "data-network-unplanned")];
  return [
    ...missing,
    ...absentData,
    ...plans.flatMap((plan) => [
      ...shapeProblems(plan, nodes),
      ...plan.onNodes.flatMap((entry, at) => [
        ...nicProblems(plan, entry, at, plans, nodes),
        ...addressProblems(plan, entry, at, plans, nodes),
      ]),
    ]),
    ...overlaps(plans),
  ];
}

const knownNodes = (nodes: readonly DraftNode[]): PlannedNodes =>
  nodes.flatMap(({ facts, address }) => (facts === null ? [] : [{ name: facts.hostName, facts, address }]));

function shapeProblems(plan: NetworkPlan, nodes: PlannedNodes): FieldProblem[] {
  const path = `networks.${plan.id}`;
  const problems: FieldProblem[] = [];
  for (const { name, facts } of nodes) {
    if (!plan.onNodes.some((entry) => entry.node === name))
      problems.push(fieldError(`${path}.onNodes`, "node-not-planned", { node: name, network: plan.id }));
    if (plan.link !== "single" && !facts.bondingAvailable)
      problems.push(fieldError(`${path}.link`, "bonding-unavailable", { node: name, kernel: facts.os.kernel }));
  }
  if (plan.link !== "single" && (plan.bond === null || !bondName.test(plan.bond)))
    problems.push(fieldError(`${path}.bond`, "bond-name-invalid", { bond: plan.bond ?? "" }));
  if (!Number.isInteger(plan.mtu) || plan.mtu < mtuRange.min || plan.mtu > mtuRange.max)
    problems.push(fieldError(`${path}.mtu`, "mtu-out-of-range", { mtu: plan.mtu, ...mtuRange }));
  else if (plan.id === "storage" && plan.mtu < jumboMtu)
    problems.push(fieldAdvice(`${path}.mtu`, "mtu-not-jumbo", { mtu: plan.mtu, advised: jumboMtu }));
  problems.push(...vlanProblems(plan));
  if (plan.id === "management" && !plan.bridge)
    problems.push(fieldError(`${path}.bridge`, "management-bridge-missing"));
  return [...problems, ...subnetProblems(plan)];
}

function vlanProblems(plan: NetworkPlan): FieldProblem[] {
  const { vlan } = plan;
  const path = `networks.${plan.id}.vlan`;
  if (vlan === undefined) return [];
  if (!Number.isInteger(vlan) || vlan < vlanRange.min || vlan > vlanRange.max)
    return [fieldError(path, "vlan-out-of-range", { vlan, ...vlanRange })];
  // An invalid bond name has its own problem.
  if (plan.link !== "single" && !bondName.test(plan.bond ?? "")) return [];
  const devices = plan.onNodes.flatMap(({ node }) => networkDevice(plan, node) ?? []);
  const tooLong = devices.find((device) => device.length > deviceNameMax);
  if (tooLong !== undefined) return [fieldError(path, "vlan-name-too-long", { device: tooLong, max: deviceNameMax })];
  return [fieldAdvice(path, "vlan-on-switch", { vlan })];
}

function subnetProblems(plan: NetworkPlan): FieldProblem[] {
  const path = `networks.${plan.id}`;
  if (!carriesAddresses(plan)) return [];
  const { prefixLength } = plan;
  if (!isPrefix(prefixLength))
    return [fieldError(`${path}.prefixLength`, "prefix-invalid", { prefix: prefixLength ?? "", ...prefixRange })];
  if (plan.gateway === null || plan.gateway === "") return [];
  const gateway = parseIpv4(plan.gateway);
  if (gateway === null) return [fieldError(`${path}.gateway`, "address-invalid", { value: plan.gateway })];
  const subnet = planSubnet(plan);
  if (subnet !== null && !inSubnet(gateway, subnet))
    return [
      fieldError(`${path}.gateway`, "gateway-outside-subnet", { value: plan.gateway, address: formatSubnet(subnet) }),
    ];
  return [];
}

function nicProblems(
  plan: NetworkPlan,
  entry: NetworkOnNode,
  at: number,
  plans: readonly NetworkPlan[],
  nodes: PlannedNodes,
): FieldProblem[] {
  const path = `networks.${plan.id}.onNodes.${at}.nics`;
  const here = { node: entry.node, network: plan.id };
  const facts = nodes.find((node) => node.name === entry.node)?.facts;
  if (facts === undefined) return [fieldError(path, "node-unknown", here)];
  if (entry.nics.length === 0) return [fieldError(path, "nic-missing", here)];
  if (plan.link === "single" && entry.nics.length > 1)
    return [fieldError(path, "single-link-one-nic", { ...here, count: entry.nics.length })];
  if (plan.link !== "single" && entry.nics.length < 2) return [fieldError(path, "bond-needs-two-nics", here)];
  return entry.nics.flatMap((name) => {
    const nic = facts.nics.find((one) => one.name === name);
    if (nic === undefined) return [fieldError(path, "nic-unknown", { ...here, nic: name })];
    const rival = plans.find(
      (other) => other.id !== plan.id && other.onNodes.some((on) => on.node === entry.node && on.nics.includes(name)),
    );
    if (rival !== undefined) return [fieldError(path, "nic-used-twice", { ...here, nic: name, other: rival.id })];
    const advice: FieldProblem[] = [];
    if (nic.carrier === false) advice.push(fieldAdvice(path, "nic-without-link", { ...here, nic: name }));
    if (plan.id === "storage" && nic.speedMbps !== null && nic.speedMbps < storageSpeedAdviceMbps)
      advice.push(fieldAdvice(path, "nic-slow", { ...here, nic: name, speed: nic.speedMbps }));
    return advice;
  });
}

function addressProblems(
  plan: NetworkPlan,
  entry: NetworkOnNode,
  at: number,
  plans: readonly NetworkPlan[],
  nodes: PlannedNodes,
): FieldProblem[] {
  if (!carriesAddresses(plan)) return [];
  const path = `networks.${plan.id}.onNodes.${at}.ip`;
  const here = { node: entry.node, network: plan.id };
  if (entry.ip === null || entry.ip === "") return [fieldError(path, "ip-missing", here)];
  const ip = parseIpv4(entry.ip);
  const facts = { ...here, ip: entry.ip };
  if (ip === null || !isUnicast(ip)) return [fieldError(path, "address-invalid", { value: entry.ip })];
  if (plan.gateway !== null && parseIpv4(plan.gateway) === ip) return [fieldError(path, "ip-is-gateway", facts)];
  const subnet = planSubnet(plan);
  if (subnet !== null) {
    if (!inSubnet(ip, subnet))
      return [fieldError(path, "ip-outside-subnet", { ...facts, subnet: formatSubnet(subnet) })];
    if (ip === subnet.first) return [fieldError(path, "ip-is-network-address", facts)];
    if (ip === subnet.last) return [fieldError(path, "ip-is-broadcast", facts)];
  }
  const twin = plannedTwin(ip, plan, at, plans);
  if (twin !== null) return [fieldError(path, "ip-twice", { ...facts, ...twin })];
  const holder = nodes.find(
    (node) => node.name !== entry.node && currentAddresses(node.facts).some((held) => held.ip === formatIpv4(ip)),
  );
  if (holder !== undefined && !movesAway(holder.name, ip, plans))
    return [fieldError(path, "ip-held-by-node", { ...facts, holder: holder.name })];
  return sshAddressProblems(plan, entry, path, nodes);
}

function plannedTwin(ip: number, plan: NetworkPlan, at: number, plans: readonly NetworkPlan[]) {
  for (const other of plans)
    for (const [index, on] of other.onNodes.entries()) {
      if (other.id === plan.id && index === at) continue;
      if (on.ip !== null && parseIpv4(on.ip) === ip) return { otherNode: on.node, otherNetwork: other.id };
    }
  return null;
}

/** The NIC the panel's ssh comes in on gets another address: the panel would lose the node half-way. */
function sshAddressProblems(
  plan: NetworkPlan,
  entry: NetworkOnNode,
  path: string,
  nodes: PlannedNodes,
): FieldProblem[] {
  const node = nodes.find((one) => one.name === entry.node);
  const carrier = node?.facts.nics.find((nic) => nic.addresses.some((held) => held.ip === node.address));
  if (node === undefined || carrier === undefined || entry.ip === node.address) return [];
  const device = networkDevice(plan, entry.node);
  const taken = entry.nics.includes(carrier.name) || carrier.name === device || carrier.master === device;
  return taken
    ? [fieldAdvice(path, "ssh-address-would-go", { node: node.name, address: node.address, nic: carrier.name })]
    : [];
}

function overlaps(plans: readonly NetworkPlan[]): FieldProblem[] {
  const addressed = plans.flatMap((plan) => {
    const subnet = carriesAddresses(plan) ? planSubnet(plan) : null;
    return subnet === null ? [] : [{ plan, subnet }];
  });
  return addressed.flatMap(({ plan, subnet }, at) =>
    addressed
      .slice(at + 1)
      .filter((other) => subnetsOverlap(subnet, other.subnet))
      .map((other) =>
        fieldError(`networks.${other.plan.id}.prefixLength`, "subnets-overlap", {
          subnet: formatSubnet(other.subnet),
          other: plan.id,
          otherSubnet: formatSubnet(subnet),
        }),
      ),
  );
}

/** VM data needs no address on the nodes (manual 1.2.4); the other two do. */
export const carriesAddresses = (plan: NetworkPlan): boolean =>
  plan.id !== "data" || plan.onNodes.some((entry) => entry.ip !== null && entry.ip !== "");

/** The subnet all nodes share: that of the first node whose address can be read. */
export function planSubnet(plan: NetworkPlan): Subnet | null {
  if (!isPrefix(plan.prefixLength)) return null;
  for (const entry of plan.onNodes) {
    const ip = entry.ip === null ? null : parseIpv4(entry.ip);
    if (ip !== null) return subnetOf(ip, plan.prefixLength);
  }
  return null;
}

const isPrefix = (value: number | null): value is number =>
  value !== null && Number.isInteger(value) && value >= prefixRange.min && value <= prefixRange.max;

const currentAddresses = (facts: NodeFacts) => facts.nics.flatMap((nic) => nic.addresses);

/** The node that holds the address today gets another one in this plan, on the same network. */
const movesAway = (node: string, ip: number, plans: readonly NetworkPlan[]): boolean =>
  plans.some((plan) => {
    const subnet = planSubnet(plan);
    const planned = plan.onNodes.find((entry) => entry.node === node)?.ip;
    return subnet !== null && inSubnet(ip, subnet) && planned !== undefined && planned !== null;
  });
