import type { DeploymentDraft, DraftNode } from "@/contract/deployment";
import { fieldError } from "@/contract/field-problem";
import type { FieldProblem } from "@/contract/preflight";
import { isLoopback, isUnicast } from "@/contract/subnet";
import { parseIpv4 } from "@/lib/ipv4";

/** Consul and Ceph's monitors need a majority after one loss: two nodes cannot have one. */
export const nodeCountMin = 3;

/** What keeps the list of nodes from being one the panel can work with. What the facts mean is pre-flight's business. */
export function nodeProblems(draft: DeploymentDraft): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (draft.clusterName.trim() === "") problems.push(fieldError("clusterName", "cluster-name-missing"));
  if (draft.nodes.length < nodeCountMin)
    problems.push(fieldError("nodes", "too-few-nodes", { count: draft.nodes.length, min: nodeCountMin }));
  draft.nodes.forEach((node, at) => {
    problems.push(...oneNode(node, at, draft.nodes));
  });
  return problems;
}

function oneNode(node: DraftNode, at: number, all: readonly DraftNode[]): FieldProblem[] {
  const path = `nodes.${at}`;
  const who = { address: node.address };
  const twin = all.findIndex((other) => other.address === node.address && other.port === node.port);
  const address = parseIpv4(node.address);
  // A port of the panel's own machine may lead to the node: a forwarded one, or a pretended node of development.
  if (address === null || !(isUnicast(address) || isLoopback(address)))
    return [fieldError(`${path}.address`, "address-invalid", { value: node.address })];
  if (twin !== at) return [fieldError(`${path}.address`, "address-twice", { ...who, other: twin + 1 })];
  if (node.presentedFingerprint === null) return [fieldError(path, "node-not-probed", who)];
  if (node.acceptedFingerprint === null) return [fieldError(path, "fingerprint-not-accepted", who)];
  if (node.acceptedFingerprint !== node.presentedFingerprint)
    return [
      fieldError(path, "fingerprint-changed", {
        ...who,
        accepted: node.acceptedFingerprint,
        presented: node.presentedFingerprint,
      }),
    ];
  if (!node.keyInstalled) return [fieldError(path, "key-not-installed", who)];
  const facts = node.facts;
  if (facts === null) return [fieldError(path, "facts-missing", who)];
  const namesake = all.findIndex((other) => other.facts?.hostName === facts.hostName);
  if (namesake !== at)
    return [
      fieldError(path, "host-name-twice", {
        ...who,
        name: facts.hostName,
        other: all[namesake]?.address ?? "",
      }),
    ];
  return [];
}
