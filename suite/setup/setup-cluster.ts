import { randomUUID } from "node:crypto";
import { z } from "zod";
import { serialiseConfig } from "@/contract/config-text";
import { consulKeys, type IntentRecord, intentRecordSchema } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { haNodes } from "@/contract/ha-config";
import { type ProfileRecord, profileRecordSchema } from "@/contract/ha-profile";
import type { ClusterSetup } from "@/contract/node-setup";
import { consulCall, consulRequest } from "@/suite/setup/consul-admin";
import { suitePolicyRules } from "@/suite/setup/consul-config";
import { setCephTimings } from "@/suite/setup/ceph-timings";
import { compareAndSet, readKey } from "@/suite/setup/consul-kv";
import { refuseBadConfig } from "@/suite/setup/setup-node";
import { runCommand } from "@/suite/system/run-command";
import { type Observation, StepLog, type StepRecord } from "@/suite/setup/step-log";

/** A first leader appears 3–6 s after the last server; the rest is for nodes whose Consul is still starting. */
const leaderTimeoutMs = 90_000;
const pollMs = 500;
const policyName = "zsha";

/** Once per cluster, after setup-node on every node. Each step looks first, so it may be repeated. */
export async function setupCluster(
  setup: ClusterSetup,
  onStep: (record: StepRecord) => void,
): Promise<{ steps: StepRecord[] }> {
  refuseBadConfig(setup);
  const steps = new StepLog(onStep);
  const management = setup.consul.managementToken;
  await steps.run("consul-leader", () => waitForMembers(setup));
  await steps.run("consul-policy", () => whenAclReady(() => ensurePolicy(management)));
  await steps.run("consul-token", () => ensureToken(setup));
  await steps.run("autopilot", () => ensureAutopilot(haNodes(setup.config).length, management));
  await steps.run("config", () => upsertConfig(setup));
  await steps.run("profile", () => recordProfile(setup));
  const { ceph } = setup;
  if (setup.tuneCeph === true && ceph !== null)
    await steps.run("ceph-timings", () => setCephTimings(setup.profile, ceph.user, runCommand));
  if (setup.start) await steps.run("intent", () => wantStarted(setup));
  return { steps: steps.records };
}

const serversSchema = z.object({
  Servers: z.array(z.object({ Address: z.string(), Leader: z.boolean(), Voter: z.boolean() })),
});

/** A leader that knows the management token, and every node a voter. */
async function waitForMembers(setup: ClusterSetup): Promise<Observation> {
  const token = setup.consul.managementToken;
  const wanted = haNodes(setup.config);
  const deadline = performance.now() + leaderTimeoutMs;
  let missing = wanted;
  let seen = "Consul gave no answer";
  for (;;) {
    try {
      const { body } = await consulCall("GET", "/v1/operator/raft/configuration", { token });
      const voters = serversSchema.parse(JSON.parse(body)).Servers.filter((server) => server.Voter);
      missing = wanted.filter((node) => !voters.some((server) => server.Address === `${node.ip}:8300`));
      const leader = voters.find((server) => server.Leader);
      if (missing.length === 0 && leader !== undefined) {
        return { changed: false, observed: `${voters.length} servers vote, ${leader.Address} leads` };
      }
      seen = leader === undefined ? "there is no leader" : `${voters.length} of ${wanted.length} servers have joined`;
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadline) {
      throw new AppError("consul-no-leader", `no complete Consul after ${leaderTimeoutMs / 1000} s: ${seen}`, {
        facts: { missing: missing.map((node) => node.name).join(", ") },
        advice: `Look at "journalctl -u consul" on ${missing.map((node) => node.name).join(", ")}; ports 8300-8301 must be open between the nodes.`,
      });
    }
    await pause();
  }
}

/** A new leader refuses ACL changes for some seconds ("legacy mode", "ACL not found") until every server has announced itself. */
async function whenAclReady<T>(action: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + leaderTimeoutMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause();
    }
  }
}

async function ensurePolicy(token: string): Promise<Observation> {
  const policySchema = z.object({ ID: z.string(), Rules: z.string() });
  const found = await consulRequest("GET", `/v1/acl/policy/name/${policyName}`, { token });
  const known = found.status === 200 ? policySchema.parse(JSON.parse(found.body)) : null;
  const changed = known?.Rules !== suitePolicyRules;
  if (changed) {
    const body = JSON.stringify({ Name: policyName, Description: "zsha and zshad", Rules: suitePolicyRules });
    if (known === null) await consulCall("PUT", "/v1/acl/policy", { token, body });
    else
      await consulCall("PUT", `/v1/acl/policy/${known.ID}`, {
        token,
        body: JSON.stringify({ ...JSON.parse(body), ID: known.ID }),
      });
  }
  return { changed, observed: `policy ${policyName} is set` };
}

async function ensureToken(setup: ClusterSetup): Promise<Observation> {
  const { managementToken, suiteToken } = setup.consul;
  const asSuite = () => consulRequest("GET", "/v1/acl/token/self", { token: suiteToken });
  if ((await asSuite()).status === 200) return { changed: false, observed: "the suite's token is accepted" };
  const body = JSON.stringify({
    AccessorID: randomUUID(),
    SecretID: suiteToken,
    Description: "zsha and zshad on every node",
    Policies: [{ Name: policyName }],
  });
  await consulCall("PUT", "/v1/acl/token", { token: managementToken, body });
  const deadline = performance.now() + leaderTimeoutMs;
  // The token is made at the leader and reaches this server a moment later.
  while ((await asSuite()).status !== 200) {
    if (performance.now() > deadline)
      throw new AppError("verification-failed", "Consul does not accept the suite's token");
    await pause();
  }
  return { changed: true, observed: "the suite's token is accepted" };
}

const autopilotSchema = z.looseObject({ CleanupDeadServers: z.boolean(), MinQuorum: z.number().default(0) });

async function ensureAutopilot(nodes: number, token: string): Promise<Observation> {
  const path = "/v1/operator/autopilot/configuration";
  const read = async () => autopilotSchema.parse(JSON.parse((await consulCall("GET", path, { token })).body));
  const found = await read();
  const safe = (config: z.infer<typeof autopilotSchema>): boolean =>
    !config.CleanupDeadServers && config.MinQuorum === nodes;
  if (!safe(found)) {
    const body = JSON.stringify({ ...found, CleanupDeadServers: false, MinQuorum: nodes });
    await consulCall("PUT", path, { token, body });
    if (!safe(await read())) throw new AppError("verification-failed", "Consul's autopilot did not keep its settings");
  }
  return { changed: !safe(found), observed: `dead servers are kept, minimum quorum ${nodes}` };
}

/** Read and written as the suite, which also proves that the suite's token may. */
async function upsertConfig(setup: ClusterSetup): Promise<Observation> {
  const token = setup.consul.suiteToken;
  const text = serialiseConfig(setup.config);
  const found = await readKey(consulKeys.config, token);
  if (found?.value === text) return { changed: false, observed: `version ${found.modifyIndex} is this configuration` };
  if (!(await compareAndSet(consulKeys.config, text, found?.modifyIndex ?? 0, token))) {
    throw new AppError("conflict", "somebody else wrote the configuration at the same moment", {
      advice: "Run it again.",
    });
  }
  const now = await readKey(consulKeys.config, token);
  if (now?.value !== text) throw new AppError("conflict", "the configuration read back is not the one written");
  return { changed: true, observed: `version ${now.modifyIndex}` };
}

/** What the nodes were set up with, for all to read. */
async function recordProfile(setup: ClusterSetup): Promise<Observation> {
  const token = setup.consul.suiteToken;
  const found = await readKey(consulKeys.profile, token);
  const before = found === null ? null : profileRecordSchema.parse(JSON.parse(found.value));
  const cephTuned = setup.tuneCeph === true;
  const observed = `the ${setup.profile} profile${cephTuned ? ", Ceph included" : ""}`;
  if (before?.profile === setup.profile && before.cephTuned === cephTuned) return { changed: false, observed };
  const { profile, actor } = setup;
  const record: ProfileRecord = { profile, cephTuned, actor, at: new Date().toISOString() };
  if (!(await compareAndSet(consulKeys.profile, JSON.stringify(record), found?.modifyIndex ?? 0, token)))
    throw new AppError("conflict", "somebody else changed the profile at the same moment", { advice: "Run it again." });
  return { changed: true, observed };
}

async function wantStarted(setup: ClusterSetup): Promise<Observation> {
  const token = setup.consul.suiteToken;
  const found = await readKey(consulKeys.intent, token);
  const before = found === null ? null : intentRecordSchema.parse(JSON.parse(found.value));
  if (before?.want === "started") return { changed: false, observed: `wanted since ${before.at}` };
  const intent: IntentRecord = {
    want: "started",
    generation: (before?.generation ?? 0) + 1,
    actor: setup.actor,
    at: new Date().toISOString(),
  };
  if (!(await compareAndSet(consulKeys.intent, JSON.stringify(intent), found?.modifyIndex ?? 0, token))) {
    throw new AppError("conflict", "somebody else changed what is wanted of the management VM", {
      advice: "Run it again.",
    });
  }
  return { changed: true, observed: `generation ${intent.generation}` };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pollMs));
