import { cephMissing } from "@/contract/node-fault";
import type { Observed } from "@/contract/observed";
import type { NodeEvidence, RecoveryFacts } from "@/contract/recovery-facts";
import { joined, say, type Sentence } from "@/contract/sentence";

/** The manual's steps, each with what is seen of it now. Message keys: recovery.step.ID.{title,how}. */
export const recoveryStepIds = [
  "failover-seen",
  "powered",
  "ports-lit",
  "system-up",
  "storage-healthy",
  "services-back",
  "vm-running",
  "host-connected",
] as const;
export type RecoveryStepId = (typeof recoveryStepIds)[number];

export interface RecoveryStep {
  readonly id: RecoveryStepId;
  readonly state: "done" | "open" | "unknown";
  readonly sentence: Sentence;
}

type Check = Omit<RecoveryStep, "id">;
const done = (sentence: Sentence): Check => ({ state: "done", sentence });
const open = (sentence: Sentence): Check => ({ state: "open", sentence });
const blind = (what: Sentence, reason: Sentence): Check => ({
  state: "unknown",
  sentence: say("guard-unread", { what, reason }),
});

export interface StepsAsked {
  readonly isNetwork: boolean;
  readonly isPower: boolean;
  readonly hadVm: boolean;
}

/** In the manual's order; none where nobody is concerned. A step about a platform is left out where there is none. */
export function recoverySteps(facts: RecoveryFacts, subjects: readonly string[], asked: StepsAsked): RecoveryStep[] {
  if (subjects.length === 0) return [];
  const nodes = facts.nodes.filter(({ node }) => subjects.includes(node));
  const steps: (RecoveryStep | null)[] = [
    asked.hadVm ? { id: "failover-seen", ...failoverSeen(facts, subjects) } : null,
    asked.isPower ? { id: "powered", ...powered(nodes) } : null,
    asked.isNetwork ? { id: "ports-lit", ...portsLit(nodes) } : { id: "system-up", ...systemUp(nodes) },
    { id: "storage-healthy", ...storageHealthy(facts) },
    { id: "services-back", ...servicesBack(facts, subjects) },
    subjects.length === 1 ? null : { id: "vm-running", ...vmRunning(facts) },
    hostStep(facts, subjects),
  ];
  return steps.filter((step) => step !== null);
}

/** Manual 2.2.1.1.2: another node runs the management VM. */
function failoverSeen({ ha }: RecoveryFacts, subjects: readonly string[]): Check {
  if (ha.state === "unknown") return blind(say("reading-ha"), ha.reason);
  const { state, node } = ha.value.managementVm;
  if (state === "running" && node !== null && !subjects.includes(node)) return done(say("guard-vm-on", { node }));
  if (state === "unknown") return blind(say("reading-owner"), say("vm-is-unknown"));
  return open(say("recovery-vm-not-moved"));
}

const isKnown = <T>(reading: Observed<T> | null, value: T): boolean =>
  reading?.state === "known" && reading.value === value;

/** A node that answers has power. One that does not has it only when its controller says so. */
function powered(nodes: readonly NodeEvidence[]): Check {
  const off = nodes.filter((each) => isKnown(each.power, "off") && !isKnown(each.reachable, true));
  if (off.length > 0) return open(say("recovery-power-off", { nodes: names(off) }));
  const dark = nodes.filter((each) => !isKnown(each.reachable, true) && !isKnown(each.power, "on"));
  return dark.length === 0
    ? done(say("recovery-power-on"))
    : { state: "unknown", sentence: say("recovery-power-unread", { nodes: names(dark) }) };
}

const names = (nodes: readonly NodeEvidence[]): string => nodes.map(({ node }) => node).join(", ");

function systemUp(nodes: readonly NodeEvidence[]): Check {
  const silent = nodes.filter(({ reachable }) => isKnown(reachable, false));
  if (silent.length > 0) return open(say("recovery-not-answering", { nodes: names(silent) }));
  const unread = nodes.find(({ reachable }) => reachable.state === "unknown");
  if (unread?.reachable.state === "unknown")
    return blind(say("reading-node", { node: unread.node }), unread.reachable.reason);
  return done(say("recovery-answering"));
}

/** The port's lamp is seen by a person; whether frames pass is seen here. */
function portsLit(nodes: readonly NodeEvidence[]): Check {
  const cut = nodes.flatMap(({ node, reachable, member, storageEcho }) => [
    ...(isKnown(reachable, false) ? [say("recovery-node-no-management", { node })] : []),
    ...(isKnown(reachable, true) && !isKnown(member, "alive") && !isKnown(storageEcho, true)
      ? [say("recovery-node-no-storage", { node })]
      : []),
  ]);
  return cut.length === 0 ? done(say("recovery-networks-pass")) : open(joined(cut));
}

const cleanStates = /^active\+clean(\+scrubbing(\+deep)?)?$/;

function storageHealthy({ ha }: RecoveryFacts): Check {
  if (ha.state === "unknown") return blind(say("reading-ceph"), ha.reason);
  const { ceph, services } = ha.value;
  if (ceph.state === "unknown") return blind(say("reading-ceph"), ceph.reason);
  const missing = services.flatMap(({ node, ip }) => cephMissing(ceph.value, node, ip));
  const unclean = Object.entries(ceph.value.pgs.byState).reduce(
    (sum, [state, n]) => (cleanStates.test(state) ? sum : sum + n),
    0,
  );
  if (missing.length > 0) return open(joined(missing));
  return unclean > 0 ? open(say("recovery-copying", { unclean })) : done(say("guard-data-whole"));
}

function servicesBack({ ha }: RecoveryFacts, subjects: readonly string[]): Check {
  if (ha.state === "unknown") return blind(say("reading-ha"), ha.reason);
  const off = ha.value.services.filter(({ node, state }) => subjects.includes(node) && state !== "running");
  return off.length === 0
    ? done(say("recovery-services-run", { nodes: subjects.join(", ") }))
    : open(say("zshad-not-running", { nodes: off.map(({ node }) => node).join(", ") }));
}

function vmRunning({ ha }: RecoveryFacts): Check {
  if (ha.state === "unknown") return blind(say("reading-ha"), ha.reason);
  const { state, node } = ha.value.managementVm;
  if (state === "unknown") return blind(say("reading-owner"), say("vm-is-unknown"));
  return state === "running" && node !== null ? done(say("guard-vm-on", { node })) : open(say("vm-not-started"));
}

function hostStep({ hosts }: RecoveryFacts, subjects: readonly string[]): RecoveryStep | null {
  const id = "host-connected";
  if (hosts.state === "unknown") return { id, ...blind(say("recovery-hosts"), hosts.reason) };
  if (hosts.value === null) return null;
  const { value } = hosts;
  const away = subjects.filter((node) => value[node]?.status !== "Connected");
  return away.length === 0
    ? { id, ...done(say("recovery-hosts-connected", { nodes: subjects.join(", ") })) }
    : { id, ...open(say("recovery-hosts-away", { nodes: away.join(", ") })) };
}
