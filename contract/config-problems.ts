import type { DeploymentDraft } from "@/contract/deployment";
import { fieldAdvice, fieldError } from "@/contract/field-problem";
import { type HaConfig, type HaNetwork, haConfigSchema, parsePerNode } from "@/contract/ha-config";
import { checkHaConfig } from "@/contract/ha-config-check";
import { parseMac } from "@/contract/mac-address";
import { planSubnet } from "@/contract/network-problems";
import { type NetworkPlan, networkDevice } from "@/contract/network-plan";
import type { FieldProblem } from "@/contract/preflight";
import { formatSubnet, inSubnet } from "@/contract/subnet";
import { parseIpv4 } from "@/lib/ipv4";

/** The fields other places of the wizard decide. Edited as JSON they may differ; then this says so. */
export function derivedConfig(draft: DeploymentDraft): Partial<HaConfig> {
  const storage = draft.networks.find((plan) => plan.id === "storage");
  const addresses = draft.nodes.flatMap(({ facts }) => {
    const ip = storage?.onNodes.find((entry) => entry.node === facts?.hostName)?.ip;
    return facts !== null && ip !== null && ip !== undefined && ip !== "" ? [{ name: facts.hostName, ip }] : [];
  });
  const monitors =
    draft.storage?.mode === "existing"
      ? draft.storage.monitors
      : monitorNodes(addresses).map(({ ip }) => `${ip}:${monitorPort}`);
  return {
    Type: "CephConf",
    Node: addresses.map(({ name, ip }) => `${ip} ${name}`),
    MonAddrs: [...monitors],
    ...(draft.storage === null ? {} : { PoolName: draft.storage.pool }),
  };
}

const monitorPort = 6789;
/** Five monitors survive two losses; more only make every map change slower. */
const monitorsMax = 5;

/** Nodes that get a Ceph monitor at a bootstrap: an odd number, from the first on. */
export function monitorNodes<T>(nodes: readonly T[]): T[] {
  const count = Math.min(nodes.length, monitorsMax);
  return nodes.slice(0, count % 2 === 0 ? count - 1 : count);
}

export function configProblems(draft: DeploymentDraft): FieldProblem[] {
  return [...configurationFile(draft), ...softwareProblems(draft)];
}

function configurationFile(draft: DeploymentDraft): FieldProblem[] {
  if (draft.config === null) return [fieldError("config", "config-missing")];
  const parsed = haConfigSchema.safeParse(draft.config);
  if (!parsed.success)
    return parsed.error.issues.map((issue) => fieldError(`config.${issue.path.join(".")}`, "field-missing"));
  const config = parsed.data;
  return [
    ...checkHaConfig(config).map((problem) => ({ ...problem, path: `config.${problem.path}` })),
    ...differences(config, derivedConfig(draft)),
    ...sizeProblems(config, draft),
    ...config.Network.flatMap((card, at) => cardProblems(card, at, draft)),
  ];
}

function differences(config: HaConfig, derived: Partial<HaConfig>): FieldProblem[] {
  return (["Node", "MonAddrs", "PoolName", "Type"] as const).flatMap((field) => {
    const planned = derived[field];
    if (planned === undefined || JSON.stringify(planned) === JSON.stringify(config[field])) return [];
    return [fieldError(`config.${field}`, "differs-from-plan", { field, planned: String(planned) })];
  });
}

/** What a host keeps for itself beside the management VM; with less it swaps or is killed under load. */
const hostReserveGb = 2;

function sizeProblems(config: HaConfig, draft: DeploymentDraft): FieldProblem[] {
  return draft.nodes.flatMap(({ facts }) => {
    if (facts === null) return [];
    const memoryGb = Math.floor(facts.memoryBytes / 1024 ** 3);
    const problems: FieldProblem[] = [];
    if (config.MemorySizeInGB + hostReserveGb > memoryGb)
      problems.push(
        fieldAdvice("config.MemorySizeInGB", "memory-crowds-node", {
          node: facts.hostName,
          value: config.MemorySizeInGB,
          memoryGb,
        }),
      );
    if (config.CPU > facts.cpu.threads)
      problems.push(
        fieldAdvice("config.CPU", "cpu-exceeds-node", {
          node: facts.hostName,
          value: config.CPU,
          threads: facts.cpu.threads,
        }),
      );
    return problems;
  });
}

function cardProblems(card: HaNetwork, at: number, draft: DeploymentDraft): FieldProblem[] {
  const path = `config.Network.${at}`;
  const problems: FieldProblem[] = [];
  const mac = parseMac(card.MacAddress);
  const owner = draft.nodes
    .flatMap(({ facts }) => (facts?.nics ?? []).map((nic) => ({ nic, node: facts?.hostName ?? "" })))
    .find(({ nic }) => mac !== null && parseMac(nic.mac) === mac);
  if (owner !== undefined)
    problems.push(
      fieldError(`${path}.MacAddress`, "mac-of-nic", { value: card.MacAddress, node: owner.node, nic: owner.nic.name }),
    );
  const plan = planOfBridge(card.Bridge, draft);
  if (plan === null)
    problems.push(
      fieldError(`${path}.Bridge`, "bridge-not-planned", {
        value: card.Bridge,
        planned: plannedBridges(draft).join(", "),
      }),
    );
  return [...problems, ...cardAddressProblems(card, path, plan, draft)];
}

function cardAddressProblems(
  card: HaNetwork,
  path: string,
  plan: NetworkPlan | null,
  draft: DeploymentDraft,
): FieldProblem[] {
  const parsed = parsePerNode(card.Ipaddr);
  if (parsed === null) return [];
  const values = parsed.kind === "all" ? [parsed.value] : Object.values(parsed.byNode);
  const subnet = plan === null || parsed.kind === "per-node" ? null : planSubnet(plan);
  return [...new Set(values)].flatMap((value) => {
    const ip = parseIpv4(value);
    if (ip === null) return [];
    const holder = draft.networks.find(
      (network) =>
        network.id !== "storage" && network.onNodes.some((entry) => entry.ip !== null && parseIpv4(entry.ip) === ip),
    );
    const node = holder?.onNodes.find((entry) => entry.ip !== null && parseIpv4(entry.ip) === ip)?.node;
    if (node !== undefined) return [fieldError(`${path}.Ipaddr`, "address-taken", { value, by: node })];
    if (draft.networks.some(({ gateway }) => gateway !== null && parseIpv4(gateway) === ip))
      return [fieldError(`${path}.Ipaddr`, "ip-is-gateway", { ip: value })];
    if (subnet !== null && !inSubnet(ip, subnet))
      return [fieldAdvice(`${path}.Ipaddr`, "ip-outside-network", { value, subnet: formatSubnet(subnet) })];
    return [];
  });
}

/** Bridges that exist under the same name on every node: what the management VM may hang on. */
export function plannedBridges(draft: Pick<DeploymentDraft, "networks">): string[] {
  return draft.networks.flatMap((plan) => {
    if (!plan.bridge) return [];
    const names = new Set(plan.onNodes.map((entry) => networkDevice(plan, entry.node)));
    const [only] = names;
    return names.size === 1 && only !== null && only !== undefined ? [only] : [];
  });
}

function planOfBridge(bridge: string, draft: DeploymentDraft): NetworkPlan | null {
  if (!plannedBridges(draft).includes(bridge)) return null;
  return draft.networks.find((plan) => plan.onNodes.some((on) => networkDevice(plan, on.node) === bridge)) ?? null;
}

function softwareProblems(draft: DeploymentDraft): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (draft.software === null) problems.push(fieldError("software", "consul-choice-missing"));
  if (draft.platform.kind === "zstack") {
    if (draft.platform.user.trim() === "") problems.push(fieldError("platform.user", "platform-user-missing"));
    if (draft.platform.passwordSecretRef === null)
      problems.push(fieldError("platform.passwordSecretRef", "platform-password-missing"));
  }
  return problems;
}
