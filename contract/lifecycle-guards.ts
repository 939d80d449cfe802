import type { HaConfig } from "@/contract/ha-config";
import type { LifecycleKind } from "@/contract/lifecycle";
import { type GuardFacts, type MaintenanceGuard, maintenanceGuards } from "@/contract/maintenance-guards";
import { wholeCluster } from "@/contract/maintenance-subject";
import type { Observed } from "@/contract/observed";
import { joined, say, type Sentence } from "@/contract/sentence";
import { compareVersions, sameBuild, type SuiteBuild } from "@/contract/suite-version";

/** What must hold before an upgrade, a new configuration, a migration, an uninstallation or a new password. Pure, like those of maintenance. */
export const lifecycleGuardCodes = [
  "vm-known",
  "vm-running",
  "nodes-healthy",
  "consul-majority",
  "no-other-maintenance",
  "nothing-running",
  "services-running",
  "target-ready",
  "password-allowed",
  "config-current",
  "config-allowed",
  "build-there",
  "versions-known",
  "not-older",
  "same-language",
  "something-new",
  "bundle-there",
] as const;
export type LifecycleGuardCode = (typeof lifecycleGuardCodes)[number];

export interface LifecycleGuard {
  readonly code: LifecycleGuardCode;
  readonly state: MaintenanceGuard["state"];
  readonly sentence: Sentence;
}

type Answer = Omit<LifecycleGuard, "code">;
const holds = (sentence: Sentence): Answer => ({ state: "holds", sentence });
const fails = (sentence: Sentence): Answer => ({ state: "fails", sentence });
const unread = (what: Sentence, reason: Sentence): Answer => ({
  state: "unknown",
  sentence: say("guard-unread", { what, reason }),
});

/** The cluster's own state: asked by the page, the server and the run's first step alike. `target`: of a migration. */
export function standingGuards(facts: GuardFacts, kind: LifecycleKind, target?: string): LifecycleGuard[] {
  const shared = new Map(
    [
      ...maintenanceGuards(facts, { kind: "node-up", subject: "" }),
      ...maintenanceGuards(facts, { kind: "cluster-down", subject: wholeCluster }),
    ].map((guard) => [guard.code, guard]),
  );
  const take = (code: MaintenanceGuard["code"], as: LifecycleGuardCode): LifecycleGuard[] => {
    const found = shared.get(code);
    return found === undefined ? [] : [{ code: as, state: found.state, sentence: found.sentence }];
  };
  const alone = take("nothing-running", "nothing-running");
  const whole = [
    ...take("vm-away", "vm-known"),
    ...take("nodes-healthy", "nodes-healthy"),
    ...take("no-other-maintenance", "no-other-maintenance"),
  ];
  switch (kind) {
    case "upgrade-suite":
      return [...whole, { code: "services-running", ...servicesRunning(facts) }, ...alone];
    case "uninstall-suite":
      return [...whole, ...alone];
    case "update-config":
      return [...take("consul-majority", "consul-majority"), ...alone];
    case "migrate-vm":
      return [
        { code: "vm-running", ...vmRunning(facts) },
        { code: "target-ready", ...targetReady(facts, target ?? "") },
        ...alone,
      ];
    case "reset-password":
    case "install-guest-agent":
      return [{ code: "vm-running", ...vmRunning(facts) }, ...alone];
  }
}

function vmRunning({ ha }: GuardFacts): Answer {
  if (ha.state === "unknown") return unread(say("reading-ha"), ha.reason);
  const { state, node } = ha.value.managementVm;
  if (state === "unknown") return unread(say("reading-owner"), say("vm-is-unknown"));
  return state === "running" && node !== null ? holds(say("guard-vm-on", { node })) : fails(say("vm-not-started"));
}

function servicesRunning({ ha }: GuardFacts): Answer {
  if (ha.state === "unknown") return unread(say("reading-ha"), ha.reason);
  const off = ha.value.services.filter(({ state }) => state !== "running").map(({ node }) => node);
  return off.length === 0
    ? holds(say("services-all-run", { count: ha.value.services.length }))
    : fails(say("zshad-not-running", { nodes: off.join(", ") }));
}

/** Whether `node` could take the management VM now, and if not, why. */
export function targetReady({ ha }: Pick<GuardFacts, "ha">, node: string): Answer {
  if (ha.state === "unknown") return unread(say("reading-ha"), ha.reason);
  const found = ha.value.services.find((service) => service.node === node);
  if (found === undefined) return fails(say("no-cluster-node", { node }));
  if (ha.value.managementVm.node === node) return fails(say("vm-already-there", { node }));
  if (found.state !== "running") return fails(say("zshad-not-running", { nodes: node }));
  if (found.eligible === null) return unread(say("reading-suite", { nodes: node }), say("no-answer"));
  return found.eligible
    ? holds(say("target-can-take", { node }))
    : fails(say("node-because", { node, why: joined(found.ineligibleBecause) }));
}

export interface UpgradeFacts {
  /** Null: there is none to go to. */
  readonly to: (SuiteBuild & { readonly protocol: number; readonly from: "panel" | "kept" }) | null;
  readonly installed: Readonly<Record<string, Observed<SuiteBuild>>>;
  /** What this panel and the nodes speak with each other. */
  readonly protocol: number;
}

/** Upwards by any step that speaks the same; downwards only back to the build each node has kept. */
export function upgradeGuards({ to, installed, protocol }: UpgradeFacts): LifecycleGuard[] {
  if (to === null) return [{ code: "build-there", ...fails(say("no-build")) }];
  const there: LifecycleGuard = {
    code: "build-there",
    ...holds(say("build-is", { version: to.version, commit: to.commit.slice(0, 12) })),
  };
  const silent = Object.entries(installed).find(([, reading]) => reading.state === "unknown");
  if (silent?.[1].state === "unknown")
    return [there, { code: "versions-known", ...unread(say("reading-suite", { nodes: silent[0] }), silent[1].reason) }];
  const now = Object.entries(installed).flatMap(([node, reading]) =>
    reading.state === "known" ? [{ node, build: reading.value }] : [],
  );
  const list = now.map(({ node, build }) => `${node} ${build.version}`).join(", ");
  const older = now.filter(({ build }) => (compareVersions(to.version, build.version) ?? -1) < 0);
  const order =
    older.length === 0 || to.from === "kept"
      ? holds(say("versions-rise", { list, version: to.version }))
      : fails(
          say("versions-fall", {
            nodes: older.map(({ node, build }) => `${node} ${build.version}`).join(", "),
            version: to.version,
          }),
        );
  const speaks =
    to.protocol === protocol
      ? holds(say("same-language", { protocol }))
      : fails(say("other-language", { version: to.version, found: to.protocol, protocol }));
  const changes = now.some(({ build }) => !sameBuild(build, to));
  return [
    there,
    { code: "versions-known", ...holds(say("versions-are", { list })) },
    { code: "not-older", ...order },
    { code: "same-language", ...speaks },
    {
      code: "something-new",
      ...(changes ? holds(say("versions-change", { version: to.version })) : fails(say("versions-same"))),
    },
  ];
}

/** The manual's gate: set in the configuration beforehand, by somebody who may change that. */
export const passwordGuard = (config: HaConfig | null): LifecycleGuard => ({
  code: "password-allowed",
  ...(config === null
    ? unread(say("reading-config"), say("no-answer"))
    : config.AllowResetRootPassword
      ? holds(say("password-may-change"))
      : fails(say("password-may-not-change"))),
});

/** `upload` null: none was chosen yet. */
export const bundleGuard = (
  upload: { readonly fileName: string; readonly isWhole: boolean; readonly isNameGood: boolean } | null,
): LifecycleGuard => ({
  code: "bundle-there",
  ...(upload === null
    ? fails(say("agent-bundle-choose"))
    : !upload.isNameGood
      ? fails(say("agent-bundle-name", { file: upload.fileName }))
      : upload.isWhole
        ? holds(say("agent-bundle-whole", { file: upload.fileName }))
        : fails(say("agent-bundle-partial", { file: upload.fileName }))),
});

export const configGuards = (facts: {
  readonly baseVersion: number;
  readonly version: number | null;
  /** Each in words; empty: nothing refuses it. */
  readonly refused: readonly Sentence[];
  readonly changes: number;
}): LifecycleGuard[] => {
  const { baseVersion, version, refused, changes } = facts;
  const current =
    version === null
      ? unread(say("reading-config"), say("no-answer"))
      : version === baseVersion
        ? holds(say("config-is-current"))
        : fails(say("config-moved-on"));
  const allowed = refused.length > 0 ? fails(joined(refused)) : holds(say("config-passes"));
  return [
    { code: "config-current", ...current },
    { code: "config-allowed", ...allowed },
    {
      code: "something-new",
      ...(changes > 0 ? holds(say("config-fields-change", { count: changes })) : fails(say("config-same"))),
    },
  ];
};
