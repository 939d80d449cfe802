import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { type Saying, say } from "@/contract/sentence";
import {
  hostStateEvents,
  type Platform,
  type PlatformAddress,
  platformApiPort,
  platformUiPort,
} from "@/server/ports/platform";

/** One request. The API answers in tens of milliseconds; shorter fails under load, longer hides a hung guest. */
const requestTimeoutMs = 10_000;
/** An asynchronous call's job. Longer than any setting takes; shorter would give up on a busy platform. */
const jobTimeoutMs = 120_000;
/** A host enters maintenance once its last VM has moved; large ones take long. Shorter parks a run that is going well. */
const evacuationTimeoutMs = 3_600_000;
/** Most jobs end at once; one that moves VMs is asked for an hour. Between two questions lies a fifth of the time that has passed: so much later at most it is known. */
const jobPoll = { firstMs: 200, mostMs: 2_000, share: 0.2 } as const;
/** The platform's VMs with this tag are kept running by the platform. */
const neverStopTag = "ha::NeverStop";

const sessionSchema = z.object({ inventory: z.looseObject({ uuid: z.string() }) });
const jobSchema = z.object({ location: z.string() });
const settingsSchema = z.object({
  inventories: z.array(z.looseObject({ category: z.string(), name: z.string(), value: z.string() })),
});
const hostsSchema = z.object({
  inventories: z.array(
    z.object({ uuid: z.string(), name: z.string(), managementIp: z.string(), state: z.string(), status: z.string() }),
  ),
});
const vmsSchema = z.object({
  inventories: z.array(z.looseObject({ uuid: z.string(), name: z.string(), state: z.string() })),
});
const tagsSchema = z.object({ inventories: z.array(z.looseObject({ resourceUuid: z.string(), tag: z.string() })) });

interface Reply {
  status: number;
  body: unknown;
}

async function request(
  address: PlatformAddress,
  method: string,
  path: string,
  options: { session?: string; body?: unknown; signal: AbortSignal },
): Promise<Reply> {
  const url = `http://${address.ip}:${platformApiPort}/zstack/v1${path}`;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (options.session !== undefined) headers.authorization = `OAuth ${options.session}`;
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(requestTimeoutMs)]),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  } catch (cause) {
    throw new AppError("node-unreachable", say("platform-no-answer", { address: `${address.ip}:${platformApiPort}` }), {
      facts: { node: address.ip, port: platformApiPort },
      cause,
    });
  }
}

function refused(address: PlatformAddress, what: Saying, reply: Reply): AppError {
  const error = z
    .object({ error: z.looseObject({ code: z.string().optional(), description: z.string().optional() }) })
    .safeParse(reply.body);
  const said = error.success ? `${error.data.error.code ?? ""} ${error.data.error.description ?? ""}`.trim() : "";
  return new AppError(
    "command-failed",
    say("platform-refused", {
      address: address.ip,
      what,
      status: reply.status,
      said: said || say("no-reason-given"),
    }),
    {
      facts: { node: address.ip, what: what.text, how: `HTTP ${reply.status}`, lastLine: said },
    },
  );
}

/** Signs in, does one thing, signs out. The password is sent as the API wants it: SHA-512, hexadecimal. */
async function inSession<T>(
  address: PlatformAddress,
  signal: AbortSignal,
  act: (session: string) => Promise<T>,
): Promise<T> {
  const password = createHash("sha512").update(address.password).digest("hex");
  const body = { logInByAccount: { accountName: address.user, password } };
  const reply = await request(address, "PUT", "/accounts/login", { body, signal });
  const session = sessionSchema.safeParse(reply.body);
  if (reply.status !== 200 || !session.success)
    throw refused(address, say("platform-sign-in", { user: address.user }), reply);
  const { uuid } = session.data.inventory;
  try {
    return await act(uuid);
  } finally {
    await request(address, "DELETE", `/accounts/sessions/${uuid}`, { session: uuid, signal }).catch(() => null);
  }
}

async function jobDone(
  address: PlatformAddress,
  session: string,
  what: Saying,
  reply: Reply,
  signal: AbortSignal,
  timeoutMs = jobTimeoutMs,
): Promise<void> {
  if (reply.status === 200) return;
  const job = jobSchema.safeParse(reply.body);
  if (reply.status !== 202 || !job.success) throw refused(address, what, reply);
  const uuid = job.data.location.split("/").at(-1) ?? "";
  const began = performance.now();
  while (performance.now() < began + timeoutMs && !signal.aborted) {
    const state = await request(address, "GET", `/api-jobs/${uuid}`, { session, signal });
    if (state.status === 200) return;
    if (state.status !== 202) throw refused(address, what, state);
    const pauseMs = Math.max(jobPoll.firstMs, (performance.now() - began) * jobPoll.share);
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, jobPoll.mostMs)));
  }
  throw new AppError("timed-out", say("platform-not-finished", { what, seconds: timeoutMs / 1000 }), {
    facts: { node: address.ip, what: what.text },
  });
}

/** One list of the platform, read in the shape that matters here. */
async function listOf<T>(
  address: PlatformAddress,
  session: string,
  what: { path: string; schema: z.ZodType<{ inventories: T[] }>; words: "hosts" | "vms" | "tags" },
  signal: AbortSignal,
): Promise<T[]> {
  const reply = await request(address, "GET", what.path, { session, signal });
  const parsed = what.schema.safeParse(reply.body);
  if (reply.status !== 200 || !parsed.success) throw refused(address, say(`platform-list-${what.words}`), reply);
  return parsed.data.inventories;
}

async function actOnHost(
  address: PlatformAddress,
  uuid: string,
  act: { body: unknown; words: Saying; timeoutMs: number },
  signal: AbortSignal,
): Promise<void> {
  await inSession(address, signal, async (session) => {
    const path = `/hosts/${encodeURIComponent(uuid)}/actions`;
    const reply = await request(address, "PUT", path, { session, body: act.body, signal });
    await jobDone(address, session, act.words, reply, signal, act.timeoutMs);
  });
}

export const platformApi: Platform = {
  async uiStatus(ip, signal) {
    try {
      const response = await fetch(`http://${ip}:${platformUiPort}/`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  },

  globalSetting: (address, category, name, signal) =>
    inSession(address, signal, async (session) => {
      const reply = await request(address, "GET", "/global-configurations", { session, signal });
      const settings = settingsSchema.safeParse(reply.body);
      if (reply.status !== 200 || !settings.success) throw refused(address, say("platform-list-settings"), reply);
      return (
        settings.data.inventories.find((entry) => entry.category === category && entry.name === name)?.value ?? null
      );
    }),

  setGlobalSetting: (address, category, name, value, signal) =>
    inSession(address, signal, async (session) => {
      const path = `/global-configurations/${encodeURIComponent(category)}/${encodeURIComponent(name)}/actions`;
      const reply = await request(address, "PUT", path, { session, body: { updateGlobalConfig: { value } }, signal });
      await jobDone(address, session, say("platform-set", { name: `${category}/${name}` }), reply, signal);
    }),

  hosts: (address, signal) =>
    inSession(address, signal, (session) =>
      listOf(address, session, { path: "/hosts", schema: hostsSchema, words: "hosts" }, signal),
    ),

  setHostState: (address, uuid, state, signal) =>
    actOnHost(
      address,
      uuid,
      {
        body: { changeHostState: { stateEvent: hostStateEvents[state] } },
        words: say("platform-host-state", { event: hostStateEvents[state], host: uuid }),
        timeoutMs: state === "Maintenance" ? evacuationTimeoutMs : jobTimeoutMs,
      },
      signal,
    ),

  reconnectHost: (address, uuid, signal) =>
    actOnHost(
      address,
      uuid,
      { body: { reconnectHost: {} }, words: say("platform-host-reconnect", { host: uuid }), timeoutMs: jobTimeoutMs },
      signal,
    ),

  vms: (address, signal) =>
    inSession(address, signal, async (session) => {
      const vms = await listOf(address, session, { path: "/vm-instances", schema: vmsSchema, words: "vms" }, signal);
      const tags = await listOf(address, session, { path: "/system-tags", schema: tagsSchema, words: "tags" }, signal);
      const kept = new Set(tags.flatMap(({ resourceUuid, tag }) => (tag === neverStopTag ? [resourceUuid] : [])));
      return vms.map(({ uuid, name, state }) => ({ uuid, name, state, isNeverStop: kept.has(uuid) }));
    }),

  startVm: (address, uuid, signal) =>
    inSession(address, signal, async (session) => {
      const path = `/vm-instances/${encodeURIComponent(uuid)}/actions`;
      const reply = await request(address, "PUT", path, { session, body: { startVmInstance: {} }, signal });
      await jobDone(address, session, say("platform-vm-start", { vm: uuid }), reply, signal);
    }),
};
