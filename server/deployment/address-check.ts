import type { DeploymentDraft } from "@/contract/deployment";
import { fieldAdvice, fieldError } from "@/contract/field-problem";
import { perNodeValue } from "@/contract/ha-config";
import { type NetworkPlan, networkDevice } from "@/contract/network-plan";
import type { NodeFacts } from "@/contract/node-facts";
import type { FieldProblem } from "@/contract/preflight";
import { planSubnet } from "@/contract/network-problems";
import { inSubnet } from "@/contract/subnet";
import { parseIpv4 } from "@/lib/ipv4";
import type { CommandResult, RemoteHost } from "@/server/ports/remote-host";

/** Two probes a second apart catch a host that answers the second time; three seconds hold all of it. */
const probeSeconds = 2;
const probeTimeoutMs = 10_000;

interface Question {
  path: string;
  ip: string;
  /** Node that can ask on the right segment, and the link to ask on. */
  asker: string;
  link: string;
}

/**
 * Does anybody answer to an address the plan is about to give away? Asked by ARP from a node whose NIC lies in that
 * network: ping would miss a host that drops it. Addresses the nodes carry already are theirs and are not asked about.
 */
export async function checkAddresses(
  draft: DeploymentDraft,
  hostOf: (node: string) => Promise<RemoteHost>,
): Promise<FieldProblem[]> {
  const answers = await Promise.all(
    questions(draft).map(async (question) => verdict(question, await ask(question, await hostOf(question.asker)))),
  );
  return answers.flat();
}

async function ask(question: Question, host: RemoteHost): Promise<CommandResult> {
  const argv = ["arping", "-D", "-c", "2", "-w", String(probeSeconds), "-I", question.link, question.ip];
  return host.exec(argv, { timeoutMs: probeTimeoutMs });
}

/** arping -D: 0 nobody answered, 1 somebody did. Anything else means that it could not ask. */
function verdict(question: Question, result: CommandResult): FieldProblem[] {
  const facts = { ip: question.ip, node: question.asker, link: question.link };
  if (result.kind === "exited" && result.code === 0) return [];
  if (result.kind === "exited" && result.code === 1) {
    const mac = /\[([0-9A-Fa-f:]{17})\]/.exec(result.stdout)?.[1] ?? "?";
    return [fieldError(question.path, "ip-answers", { ...facts, mac })];
  }
  // arping says "Interface is down" on its standard output.
  const reason = `${result.stderr}\n${result.stdout}`.trim().split("\n")[0] || result.kind;
  return [fieldAdvice(question.path, "ip-not-asked", { ...facts, reason })];
}

export function questions(draft: DeploymentDraft): Question[] {
  const held = new Set(
    draft.nodes.flatMap(({ facts }) => (facts?.nics ?? []).flatMap((nic) => nic.addresses.map(({ ip }) => ip))),
  );
  const planned = draft.networks.flatMap((plan) =>
    plan.onNodes.flatMap((entry, at) => {
      const link = entry.ip === null ? null : askingLink(draft, plan, entry.node);
      if (entry.ip === null || link === null || parseIpv4(entry.ip) === null || held.has(entry.ip)) return [];
      return [{ path: `networks.${plan.id}.onNodes.${at}.ip`, ip: entry.ip, asker: entry.node, link }];
    }),
  );
  return [...planned, ...managementVmQuestions(draft, held)];
}

function managementVmQuestions(draft: DeploymentDraft, held: ReadonlySet<string>): Question[] {
  return (draft.config?.Network ?? []).flatMap((card, at) => {
    const asked = new Set<string>();
    return draft.nodes.flatMap(({ facts }) => {
      const ip = facts === null ? null : perNodeValue(card.Ipaddr, facts.hostName);
      const address = ip === null ? null : parseIpv4(ip);
      if (facts === null || ip === null || address === null || held.has(ip) || asked.has(ip)) return [];
      const plan = draft.networks.find((one) => {
        const subnet = planSubnet(one);
        return subnet !== null && inSubnet(address, subnet);
      });
      const link = plan === undefined ? null : askingLink(draft, plan, facts.hostName);
      if (link === null) return [];
      asked.add(ip);
      return [{ path: `config.Network.${at}.Ipaddr`, ip, asker: facts.hostName, link }];
    });
  });
}

/** Before the deployment the planned bridge does not exist: ask on what carries the NIC now. */
function askingLink(draft: DeploymentDraft, plan: NetworkPlan, node: string): string | null {
  const facts = draft.nodes.find((one) => one.facts?.hostName === node)?.facts;
  if (facts === null || facts === undefined) return null;
  const device = networkDevice(plan, node);
  if (facts.nics.some(({ name }) => name === device)) return device;
  // Without the tag another network would answer; the change itself asks, and goes back when somebody has the address.
  if (plan.vlan !== undefined) return null;
  const nic = facts.nics.find(({ name }) => name === plan.onNodes.find((entry) => entry.node === node)?.nics[0]);
  return nic === undefined ? null : top(facts, nic.name);
}

function top(facts: NodeFacts, name: string): string {
  const master = facts.nics.find((nic) => nic.name === name)?.master;
  return master === null || master === undefined || master === name ? name : top(facts, master);
}
