import type { DeploymentDraft } from "@/contract/deployment";
import { type PreflightCheckId, type PreflightResult, preflightCheckIds } from "@/contract/preflight";
import * as between from "@/contract/preflight-cluster";
import * as alone from "@/contract/preflight-node";
import { verdicts } from "@/contract/preflight-verdict";

type Severity = PreflightResult["severity"];
type Check = { severity: Severity; between: between.ClusterCheck } | { severity: Severity; alone: alone.NodeCheck };

/** The severity is the usual one; a check may answer with another where the same finding is worse or harmless. */
const checks: Record<PreflightCheckId, Check> = {
  "node-count-odd": { severity: "hard", between: between.nodeCountOdd },
  "nodes-reachable": { severity: "hard", between: between.nodesReachable },
  "host-keys-accepted": { severity: "hard", between: between.hostKeysAccepted },
  "host-names-unique": { severity: "hard", between: between.hostNamesUnique },
  "host-names-valid": { severity: "hard", alone: alone.hostNameValid },
  "machine-ids-unique": { severity: "hard", between: between.machineIdsUnique },
  "macs-unique": { severity: "hard", between: between.macsUnique },
  "os-supported": { severity: "advice", alone: alone.osSupported },
  "architecture-same": { severity: "hard", between: between.architectureSame },
  "clocks-agree": { severity: "hard", between: between.clocksAgree },
  "time-zone-same": { severity: "advice", between: between.timeZoneSame },
  "virtualization-on": { severity: "advice", alone: alone.virtualizationOn },
  "hyper-threading-on": { severity: "advice", alone: alone.hyperThreadingOn },
  "cpu-enough": { severity: "advice", alone: alone.cpuEnough },
  "memory-enough": { severity: "advice", alone: alone.memoryEnough },
  "nic-count": { severity: "advice", alone: alone.nicCount },
  "tools-present": { severity: "hard", alone: alone.toolsPresent },
  "not-a-member-elsewhere": { severity: "hard", alone: alone.notAMemberElsewhere },
  "empty-disk-present": { severity: "advice", alone: alone.emptyDiskPresent },
  "root-space-enough": { severity: "hard", alone: alone.rootSpaceEnough },
  "log-space-enough": { severity: "advice", alone: alone.logSpaceEnough },
  "single-network-stack": { severity: "hard", alone: alone.singleNetworkStack },
  "hosts-file-agrees": { severity: "advice", between: between.hostsFileAgrees },
};

/** Every check against what is known of the draft's nodes, in the order a person would look. */
export function evaluatePreflight(draft: DeploymentDraft): PreflightResult[] {
  return preflightCheckIds.flatMap((id) => evaluateCheck(id, draft));
}

export function evaluateCheck(id: PreflightCheckId, draft: DeploymentDraft): PreflightResult[] {
  const check = checks[id];
  const say = verdicts(id, check.severity);
  if ("between" in check) return check.between(draft, say);
  // A node whose facts are missing is one failure of nodes-reachable, not an unknown of fifteen checks.
  return draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [check.alone(facts, say, draft)]));
}
