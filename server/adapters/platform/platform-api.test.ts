import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { platformApi } from "@/server/adapters/platform/platform-api";

const address = { ip: "10.0.2.100", user: "admin", password: "password" };
const { signal } = new AbortController();
const base = "http://10.0.2.100:8080/zstack/v1";
/** echo -n password | sha512sum */
const digest =
  "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86";

interface Call {
  method: string;
  url: string;
  session: string | null;
  body: unknown;
}
let calls: Call[] = [];
/** "METHOD /path" → answers, one after the other; the last one stays. */
let answers: Record<string, [number, unknown][]> = {};

beforeEach(() => {
  calls = [];
  answers = {
    "PUT /accounts/login": [[200, { inventory: { uuid: "s1" } }]],
    "DELETE /accounts/sessions/s1": [[200, {}]],
  };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { method = "GET", body } = init;
    const headers = new Headers(init.headers);
    const parsed: unknown = typeof body === "string" ? JSON.parse(body) : null;
    calls.push({ method, url, session: headers.get("authorization"), body: parsed });
    const list = answers[`${method} ${url.slice(base.length)}`] ?? [[404, { error: { code: "SYS.1007" } }]];
    const [status, content] = (list.length > 1 ? list.shift() : list[0]) ?? [500, {}];
    return new Response(JSON.stringify(content), { status });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const asked = () => calls.map(({ method, url }) => `${method} ${url.slice(base.length)}`);

test("signs in with the password's SHA-512, carries the session, signs out", async () => {
  const host = { uuid: "h1", name: "ceph-1", managementIp: "10.0.2.1", state: "Enabled", status: "Connected" };
  answers["GET /hosts"] = [[200, { inventories: [{ ...host, clusterUuid: "c1" }] }]];
  expect(await platformApi.hosts(address, signal)).toEqual([host]);
  expect(asked()).toEqual(["PUT /accounts/login", "GET /hosts", "DELETE /accounts/sessions/s1"]);
  expect(calls[0]?.body).toEqual({ logInByAccount: { accountName: "admin", password: digest } });
  expect(calls[1]?.session).toBe("OAuth s1");
});

test.each([
  ["Maintenance", "maintain"],
  ["Enabled", "enable"],
  ["Disabled", "disable"],
] as const)("brings a host into state %s and waits for the job", async (state, stateEvent) => {
  answers["PUT /hosts/h1/actions"] = [[202, { location: `${base}/api-jobs/j1` }]];
  answers["GET /api-jobs/j1"] = [
    [202, {}],
    [200, { inventory: {} }],
  ];
  await platformApi.setHostState(address, "h1", state, signal);
  expect(calls[1]?.body).toEqual({ changeHostState: { stateEvent } });
  expect(asked().filter((call) => call === "GET /api-jobs/j1")).toHaveLength(2);
});

test("a job that fails says why, and the session is still ended", async () => {
  answers["PUT /hosts/h1/actions"] = [[202, { location: `${base}/api-jobs/j1` }]];
  answers["GET /api-jobs/j1"] = [[503, { error: { code: "HOST.1002", description: "unable to reconnect host" } }]];
  await expect(platformApi.reconnectHost(address, "h1", signal)).rejects.toMatchObject({
    code: "command-failed",
    message: expect.stringContaining("HOST.1002 unable to reconnect host"),
  });
  expect(calls[1]?.body).toEqual({ reconnectHost: {} });
  expect(asked().at(-1)).toBe("DELETE /accounts/sessions/s1");
});

test("VMs come with whether the platform keeps them running, which is a tag", async () => {
  const vm = (uuid: string, state: string) => ({ uuid, name: `vm ${uuid}`, state, hostUuid: "h1" });
  answers["GET /vm-instances"] = [[200, { inventories: [vm("a", "Running"), vm("b", "Stopped")] }]];
  answers["GET /system-tags"] = [
    [
      200,
      {
        inventories: [
          { resourceUuid: "a", tag: "ha::NeverStop" },
          { resourceUuid: "b", tag: "ha::None" },
        ],
      },
    ],
  ];
  expect(await platformApi.vms(address, signal)).toEqual([
    { uuid: "a", name: "vm a", state: "Running", isNeverStop: true },
    { uuid: "b", name: "vm b", state: "Stopped", isNeverStop: false },
  ]);
});

test("a platform that is away is unreachable, not an error of the cluster", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
  await expect(platformApi.hosts(address, signal)).rejects.toMatchObject({ code: "node-unreachable" });
});
