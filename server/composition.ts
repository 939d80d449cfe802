import { mkdirSync } from "node:fs";
import { consulKeys } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { sentenceText } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { forgetExpiredSessions } from "@/server/auth/store";
import { ConsulOverSsh } from "@/server/adapters/consul/consul-over-ssh";
import { IpmiTool } from "@/server/adapters/ipmi/ipmitool";
import { httpPost } from "@/server/adapters/message/http-post";
import { smtpMail } from "@/server/adapters/message/smtp-mail";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { suiteToken } from "@/server/cluster/consul-token";
import { installClusterDoors } from "@/server/cluster/doors";
import { fenceFloorOf } from "@/server/cluster/fence";
import { clusterNodes } from "@/server/cluster/node-store";
import { generatePanelKey } from "@/server/adapters/ssh/panel-key";
import { databaseTarget } from "@/server/database/client";
import { migrate } from "@/server/database/migrate";
import { ensureClusterSecrets, openRunSecret } from "@/server/deployment/cluster-secrets";
import { installDeploymentDoors } from "@/server/deployment/doors";
import { environment } from "@/server/env";
import { eventRecording } from "@/server/event/watch";
import { metricHistory } from "@/server/history/collection";
import { keepNotingConfigs } from "@/server/lifecycle/config-watch";
import { messagesOf } from "@/server/i18n/messages";
import { log } from "@/server/log";
import { bracketWatch } from "@/server/maintenance/bracket-watch";
import { notificationDispatch } from "@/server/notification/dispatch";
import { installNotificationDoors } from "@/server/notification/doors";
import { wordsIn } from "@/server/words";
import { installMaintenanceDoors } from "@/server/maintenance/doors";
import { keepChecking } from "@/server/network/checks";
import { closeNodeConnections, hostsOf, nodeAccess } from "@/server/node-doors";
import { procedureCatalog } from "@/server/procedure-catalog";
import { oncePerProcess, shutdownSignal } from "@/server/process";
import { secretKey } from "@/server/secret/key";
import { panelEngine } from "@/server/run/panel-engine";
import { startRun } from "@/server/run/service";
import { scrub } from "@/server/secret/scrub";
import { countUnreadableSecrets } from "@/server/secret/service";
import { stopWatchers } from "@/server/status/watchers";

/** Something that lives as long as the panel. */
export interface LongLived {
  readonly name: string;
  /** Resolves when it serves. `shutdown` aborts when the panel is asked to stop. */
  start(shutdown: AbortSignal): Promise<void>;
  /** Resolves when nothing of it runs any more; cut off after stopLimitMs (server/stop.ts). */
  stop?(): Promise<void>;
}

const deploymentDoorsPart: LongLived = {
  name: "deployment",
  async start() {
    const procedure = (await procedureCatalog())["deploy-cluster"];
    installDeploymentDoors({
      access: nodeAccess(),
      plan: (input) => procedure.plan(input),
      async startRun({ clusterId, draftId, input, idempotencyKey, subject }) {
        await ensureClusterSecrets(clusterId, () => generatePanelKey("zsha-cluster"));
        const actor = subject.actor?.username ?? "trivet";
        return await startRun({ kind: "deploy-cluster", clusterId, draftId, input, actor, idempotencyKey });
      },
    });
  },
};

const maintenancePart: LongLived = {
  name: "maintenance",
  start() {
    installMaintenanceDoors({ platform: platformApi, power: new IpmiTool(), openSecret: openRunSecret });
    return Promise.resolve();
  },
};

const nodeConnections: LongLived = {
  name: "node-connections",
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(closeNodeConnections()),
};

const clusterStatus: LongLived = {
  name: "cluster-status",
  async start() {
    installClusterDoors({
      hosts: (nodes) => nodeAccess().hosts(nodes),
      consul: (hosts, readToken) => new ConsulOverSsh({ hosts, readToken }),
    });
  },
  stop: () => Promise.resolve(stopWatchers()),
};

async function consulOf(clusterId: string): Promise<ConsulOverSsh> {
  const nodes = await clusterNodes(clusterId);
  const all = nodeAccess().hosts(nodes);
  const hosts = nodes.map(({ name }) => all.host(name));
  return new ConsulOverSsh({ hosts, readToken: (host) => suiteToken(clusterId, host) });
}

const runs: LongLived = panelEngine(async () => {
  const procedures = await procedureCatalog();
  return {
    procedureOf: (kind) => procedures[kind],
    hostsOf,
    lockStoreOf: async (clusterId) => (await consulOf(clusterId)).lock(consulKeys.run),
    openSecret: openRunSecret,
    fenceFloorOf,
    scrub,
    log: (message, facts) => log().info({ area: "run", ...facts }, message),
  };
});

const networkChecks: LongLived = {
  name: "network-checks",
  start(shutdown) {
    void keepChecking(shutdown);
    return Promise.resolve();
  },
};

const configWatch: LongLived = {
  name: "config-watch",
  start(shutdown) {
    void keepNotingConfigs(shutdown);
    return Promise.resolve();
  },
};

const notifications: LongLived = {
  ...notificationDispatch,
  start(shutdown) {
    installNotificationDoors({
      sender: { post: (message) => httpPost(message), mail: smtpMail },
      words: async (locale) => wordsIn(locale, await messagesOf(locale)),
    });
    return notificationDispatch.start(shutdown);
  },
};

/** Everything the panel is made of, in the order it starts; it stops in the opposite one. One line each. */
export const longLived: readonly LongLived[] = [
  deploymentDoorsPart,
  maintenancePart,
  nodeConnections,
  clusterStatus,
  runs,
  bracketWatch,
  networkChecks,
  eventRecording,
  notifications,
  metricHistory,
  configWatch,
];

/**
 * Data directory → key → tables → long-lived parts. Next holds requests back until this has resolved. What fails here ends the
 * process: half a panel would show wrong things.
 */
export const startPanel = (): Promise<void> => oncePerProcess("start", start);

async function start(): Promise<void> {
  const began = performance.now();
  mkdirSync(environment().dataDirectory, { recursive: true, mode: 0o700 });
  secretKey();
  const applied = await migrate(databaseTarget());
  if (applied.length > 0) log().info({ area: "database", applied }, "tables brought up to date");
  await forgetExpiredSessions();
  const unreadable = await countUnreadableSecrets();
  if (unreadable > 0) {
    log().error(
      { area: "secret", unreadable },
      "stored secrets were sealed with another key: restore the right secret.key",
    );
  }
  for (const part of longLived) {
    await part.start(shutdownSignal());
    log().debug({ area: part.name }, "started");
  }
  log().info({ milliseconds: Math.round(performance.now() - began) }, "the panel has started");
}

/** The sentence for the log when start-up fails. */
export const startFailure = (error: unknown): string => {
  const advice = error instanceof AppError && error.advice !== undefined ? ` ${sentenceText(error.advice)}` : "";
  return scrub(`Trivet cannot start: ${formatErrorChain(error)}${advice}`);
};
