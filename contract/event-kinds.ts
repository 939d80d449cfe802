import type { Alarm } from "@/contract/ha-status";

export const eventSeverities = ["info", "warning", "critical"] as const;
export type EventSeverity = (typeof eventSeverities)[number];
export const severityRank = (severity: EventSeverity): number => eventSeverities.indexOf(severity);

/** What an event is about: what one filters by and finds it under. */
export const eventGroups = [
  "management-vm",
  "failover",
  "node",
  "network",
  "storage",
  "run",
  "left-on",
  "panel",
] as const;
export type EventGroup = (typeof eventGroups)[number];

export interface EventKindFacts {
  readonly group: EventGroup;
  readonly severity: EventSeverity;
  /** A condition begins and ends; a moment only happens. */
  readonly nature: "condition" | "moment";
  /** Whether a new channel tells of it. */
  readonly told: boolean;
  /** It must hold that long before it counts: shorter cries wolf over a slow answer, longer tells late. */
  readonly settleSeconds: number;
}

const condition = (group: EventGroup, severity: EventSeverity, settleSeconds: number, told = true): EventKindFacts => ({
  group,
  severity,
  nature: "condition",
  told,
  settleSeconds,
});
const moment = (group: EventGroup, severity: EventSeverity, told: boolean): EventKindFacts => ({
  group,
  severity,
  nature: "moment",
  told,
  settleSeconds: 0,
});

/** Two rounds of `zsha status`: an alarm that one round shows and the next does not is nobody's business. */
const twoRounds = 15;
/** A management VM between two owners, a monitor that is elected: over by itself within this. */
const handOver = 30;
/** Ceph warns for a moment whenever something moves; fencing arms itself within a minute of a start. */
const byItself = 90;

/** Everything Trivet records. Stored: retired, never renamed. Words: messages/LANGUAGE/events.json; meaning: docs/notifications.md. */
export const eventKinds = {
  "management-vm-down": condition("management-vm", "critical", handOver),
  "management-vm-paused": condition("management-vm", "critical", twoRounds),
  "management-vm-failover": moment("failover", "warning", true),
  "management-vm-restarted": moment("failover", "warning", true),
  "management-vm-started": moment("management-vm", "info", false),
  "management-vm-stopped": moment("management-vm", "info", false),
  "management-vm-migrated": moment("management-vm", "info", false),
  "management-vm-adopted": moment("management-vm", "info", false),

  "node-down": condition("node", "warning", twoRounds),
  "node-out-of-reach": condition("node", "warning", 60),
  "cluster-out-of-sight": condition("node", "warning", 60),
  "cable-out": condition("network", "warning", 10),

  "consul-no-leader": condition("failover", "critical", handOver),
  "no-eligible-standby": condition("failover", "warning", twoRounds),
  "consul-no-quorum": condition("failover", "critical", twoRounds),
  "crash-loop": condition("failover", "critical", twoRounds),
  "fence-not-armed": condition("failover", "warning", byItself),
  "unsafe-autopilot": condition("failover", "warning", twoRounds),
  "blocklist-waiting": condition("failover", "warning", twoRounds),
  "config-not-applied": condition("failover", "warning", twoRounds, false),
  "consul-exposed": condition("failover", "critical", twoRounds),
  "profile-not-in-force": condition("failover", "warning", byItself),

  "exclusive-lock-off": condition("storage", "critical", twoRounds),
  "foreign-watcher": condition("storage", "warning", twoRounds),
  "ceph-unreachable": condition("storage", "critical", twoRounds),
  "storage-error": condition("storage", "critical", twoRounds),
  "storage-warning": condition("storage", "warning", byItself),

  "run-started": moment("run", "info", false),
  "run-succeeded": moment("run", "info", true),
  "run-ended": moment("run", "info", false),
  "run-waits": condition("run", "warning", 5),
  "run-undo-failed": condition("run", "critical", 5),

  "left-on": condition("left-on", "info", 0, false),
  "left-on-overdue": condition("left-on", "warning", 0),

  "notifications-failing": condition("panel", "warning", 0),
} as const satisfies Record<string, EventKindFacts>;
export type EventKind = keyof typeof eventKinds;

export const eventKindNames = Object.keys(eventKinds).filter((name): name is EventKind => name in eventKinds);
export const isEventKind = (name: string): name is EventKind => Object.hasOwn(eventKinds, name);

const suiteAlarms: Readonly<Record<Alarm["code"], true>> = {
  "exclusive-lock-off": true,
  "unsafe-autopilot": true,
  "foreign-watcher": true,
  "blocklist-waiting": true,
  "no-eligible-standby": true,
  "consul-no-quorum": true,
  "ceph-unreachable": true,
  "crash-loop": true,
  "config-not-applied": true,
  "fence-not-armed": true,
  "consul-exposed": true,
  "profile-not-in-force": true,
};
/** Alarms of the HA suite bring their own words: messages/LANGUAGE/cluster.json, `alarm`. */
export const isSuiteAlarm = (kind: EventKind): boolean => Object.hasOwn(suiteAlarms, kind);
