import type { Alarm, HaStatus } from "@/contract/ha-status";
import { isSaying, say, sentenceText } from "@/contract/sentence";

/** What needs a person, from the readings alone. An unknown reading raises its own alarm, never one about its content. */
export function statusAlarms(
  status: Omit<HaStatus, "alarms">,
  extra: { foreignWatchers: readonly string[]; waitingBlocklist: readonly string[]; consulListens: readonly string[] },
): Alarm[] {
  const alarms: Alarm[] = [];
  const raise = (code: Alarm["code"], severity: Alarm["severity"], facts: Alarm["facts"] = {}): void => {
    alarms.push({ code, severity, facts });
  };
  // What is wanted was read through the leader: then Consul has one, and its agent was merely slow to tell the rest.
  const led = status.intent.state === "known";
  if (status.consul.state === "unknown") {
    if (!led) raise("consul-no-quorum", "critical", { reason: status.consul.reason });
  } else if (status.consul.value.leader === null)
    raise("consul-no-quorum", "critical", { reason: say("consul-leaderless") });
  else if (status.consul.value.autopilotSafe === false) raise("unsafe-autopilot", "critical");
  // A node's canary that writes and reads says that Ceph is there: then it was this command that did not get its answer in time.
  const reached = status.hostIo.some(({ state }) => state === "ok");
  if (
    status.imageFolder === undefined &&
    status.ceph.state === "unknown" &&
    status.image.state === "unknown" &&
    !reached
  ) {
    raise("ceph-unreachable", "critical", { reason: status.ceph.reason });
  }
  if (status.image.state === "known" && !status.image.value.exclusiveLock) {
    raise("exclusive-lock-off", "critical", { image: `${status.image.value.pool}/${status.image.value.name}` });
  }
  if (extra.foreignWatchers.length > 0)
    raise("foreign-watcher", "critical", { addresses: extra.foreignWatchers.join(", ") });
  if (extra.waitingBlocklist.length > 0) {
    raise("blocklist-waiting", "warning", { addresses: extra.waitingBlocklist.join(", ") });
  }
  const running = status.managementVm.state === "running" || status.managementVm.state === "migrating";
  const wantsStarted = status.intent.state === "known" && status.intent.value?.want === "started";
  const standbys = status.services.filter(
    (service) => service.node !== status.managementVm.node && service.eligible === true,
  );
  if (running && standbys.length === 0)
    raise("no-eligible-standby", "warning", { node: status.managementVm.node ?? "", because: whyNone(status) });
  if (running && !status.fence.armed) raise("fence-not-armed", "critical", { reason: status.fence.because });
  const looping = status.services.filter((service) =>
    service.ineligibleBecause.some((reason) => isSaying(reason, "crash-looped")),
  );
  if (wantsStarted && looping.length > 0) {
    raise("crash-loop", running ? "warning" : "critical", { nodes: looping.map((service) => service.node).join(", ") });
  }
  const { appliedConfigVersion } = status.managementVm;
  if (
    running &&
    appliedConfigVersion !== null &&
    status.configVersion !== null &&
    appliedConfigVersion !== status.configVersion
  ) {
    raise("config-not-applied", "warning", { applied: appliedConfigVersion, newest: status.configVersion });
  }
  const { profile } = status;
  const settings = [profile?.consul, profile?.ceph].flatMap((read) => (read?.state === "known" ? read.value : []));
  if (profile !== undefined && settings.length > 0) {
    const list = settings.map(({ where, setting, wanted, found }) => `${where} ${setting} is ${found}, not ${wanted}`);
    raise("profile-not-in-force", "warning", { profile: profile.profile, settings: list.join("; ") });
  }
  if (extra.consulListens.length > 0)
    raise("consul-exposed", "critical", { addresses: extra.consulListens.join(", ") });
  return alarms;
}

/** "ceph-2: the storage canary fails; ceph-3: zshad does not run" */
function whyNone({ services, managementVm }: Pick<HaStatus, "services" | "managementVm">): string {
  const others = services.filter((service) => service.node !== managementVm.node);
  return others
    .map((service) => {
      if (service.state === "stopped") return `${service.node}: zshad does not run`;
      if (service.state === "unknown" || service.eligible === null) return `${service.node}: unknown`;
      return `${service.node}: ${service.ineligibleBecause.map(sentenceText).join(", ")}`;
    })
    .join("; ");
}
