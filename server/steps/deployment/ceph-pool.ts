import { cephUserCaps, cephUserName } from "@/contract/node-setup";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { ceph, cephAs, cephJson, cephRun, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { minSizeFor } from "@/server/steps/deployment/ceph-config";
import type { DeploymentInput } from "@/contract/deployment-input";
import { type DeployContext, type DeployStep, firstNode, shown } from "@/server/steps/deployment/deploy-step";

const poolSchema = z.array(
  z.object({
    pool_name: z.string(),
    size: z.number(),
    min_size: z.number(),
    pg_num: z.number(),
    application_metadata: z.record(z.string(), z.unknown()).default({}),
  }),
);
type Pool = z.infer<typeof poolSchema>[number];
const pgStatSchema = z.object({ pg_stats: z.array(z.object({ state: z.string() })).default([]) });
/** Peering of fresh PGs on slow disks; an import into inactive PGs would hang without a word. */
const activeWaitMs = 180_000;

/** ceph's exit status for "no such entity". */
const noSuchKey = 2;

/** ceph's exit status for "this user may not". */
const accessDenied = 13;

/** cephx user of the HA suite in a Ceph of its own; elsewhere it is the user its administrator gave. */
export const suiteUser = "zsha";
const makesUser = (input: DeploymentInput): boolean => input.storage.mode === "bootstrap";
const makeSuiteUser = (input: DeploymentInput): string[] => [
  "auth",
  "get-or-create",
  `client.${suiteUser}`,
  ...cephUserCaps(input.storage.pool),
];

async function hasSuiteUser(context: DeployContext<DeploymentInput>): Promise<boolean> {
  const options = { node: firstNode(context.input), allow: [noSuchKey] };
  return (await context.command(ceph("auth", "print-key", `client.${suiteUser}`), options)).code === 0;
}

const poolCommands = (input: DeploymentInput): string[][] => {
  const { storage } = input;
  const create = ["osd", "pool", "create", storage.pool, String(storage.pgNum), String(storage.pgNum), "replicated"];
  const sizes =
    storage.mode === "bootstrap"
      ? [
          ["osd", "pool", "set", storage.pool, "size", String(storage.replicas)],
          ["osd", "pool", "set", storage.pool, "min_size", String(minSizeFor(storage.replicas))],
        ]
      : [];
  return [create, ...sizes, ["osd", "pool", "application", "enable", storage.pool, "rbd"]];
};

/** What of the plan the pool does not have; one made here and cut before it was whole is completed, not taken for done. */
function poolMissing(input: DeploymentInput, found: Pool): Sentence | null {
  const { storage } = input;
  if (storage.mode === "bootstrap" && found.size !== storage.replicas)
    return say("pool-other-size", { pool: storage.pool, found: found.size, planned: storage.replicas });
  if (storage.mode === "bootstrap" && found.min_size !== minSizeFor(storage.replicas))
    return say("pool-other-min-size", {
      pool: storage.pool,
      found: found.min_size,
      planned: minSizeFor(storage.replicas),
    });
  if (makesPool(input) && !("rbd" in found.application_metadata)) return say("pool-not-rbd", { pool: storage.pool });
  return null;
}

const makesPool = (input: DeploymentInput): boolean => input.storage.mode === "bootstrap" || input.storage.createPool;

async function pool(context: DeployContext<DeploymentInput>): Promise<Pool | null> {
  const pools = poolSchema.parse(await cephJson(context, firstNode(context.input), "osd", "pool", "ls", "detail"));
  return pools.find((entry) => entry.pool_name === context.input.storage.pool) ?? null;
}

/** How many PGs of the pool do not serve; null: a user that may not ask, of a Ceph whose administrator is somebody else. */
async function inactivePgs(context: DeployContext<DeploymentInput>): Promise<number | null> {
  const { input } = context;
  const allow = input.storage.mode === "existing" ? [accessDenied] : [];
  const argv = [...cephAs(input, "pg", "ls-by-pool", input.storage.pool), "--format", "json"];
  const { code, stdout } = await context.command(argv, { node: firstNode(input), allow, timeoutMs: cephTimeoutMs });
  if (code === accessDenied) return null;
  const raw: unknown = JSON.parse(stdout);
  const { pg_stats: pgs } = pgStatSchema.parse(Array.isArray(raw) ? { pg_stats: raw } : raw);
  return pgs.length === 0 ? 1 : pgs.filter((pg) => !pg.state.split("+").includes("active")).length;
}

export const cephPool: DeployStep<DeploymentInput> = {
  plan: (input) => ({
    id: "ensure-ceph-pool",
    phase: "storage",
    cells: ["cluster"],
    commands: [
      ...(makesPool(input) ? poolCommands(input) : [["osd", "pool", "ls"]]).map((words) =>
        shown(firstNode(input), cephAs(input, ...words)),
      ),
      ...(makesUser(input) ? [shown(firstNode(input), ceph(...makeSuiteUser(input)))] : []),
    ],
    undo: {
      kind: "none",
      because: say("pool-stays"),
    },
    pointOfNoReturn: false,
    softTimeoutSeconds: 60,
    timeoutSeconds: 600,
  }),
  definition: {
    id: "ensure-ceph-pool",
    async precheck(context) {
      if ((await pool(context)) === null && !makesPool(context.input)) {
        return {
          kind: "blocked",
          reason: say("pool-absent", { pool: context.input.storage.pool }),
        };
      }
      return { kind: "ready" };
    },
    async run(context) {
      const node = firstNode(context.input);
      const found = await pool(context);
      // Each of these does nothing where it is done already.
      if (found === null || (makesPool(context.input) && poolMissing(context.input, found) !== null)) {
        for (const words of poolCommands(context.input)) await cephRun(context, node, words);
      }
      if (makesUser(context.input)) await cephRun(context, node, makeSuiteUser(context.input));
    },
    async verify(context) {
      const found = await pool(context);
      if (found === null)
        return { reached: false, missing: say("pool-not-listed", { pool: context.input.storage.pool }) };
      const missing = poolMissing(context.input, found);
      if (missing !== null) return { reached: false, missing };
      if (makesUser(context.input) && !(await hasSuiteUser(context)))
        return { reached: false, missing: say("pool-no-user", { user: `client.${suiteUser}` }) };
      let inactive: number | null = null;
      const look = async () => {
        inactive = await inactivePgs(context);
        return inactive === 0 || inactive === null ? true : null;
      };
      if ((await pollUntil(look, { timeoutMs: activeWaitMs, everyMs: 1_000, signal: context.signal })) === null)
        return {
          reached: false,
          missing: say("pool-inactive", { count: inactive ?? "?", seconds: activeWaitMs / 1000 }),
        };
      const facts = { pool: found.pool_name, copies: found.size, groups: found.pg_num };
      return {
        reached: true,
        observed: inactive === null ? say("pool-ready-unseen", facts) : say("pool-ready", facts),
      };
    },
  },
};

/** Whom the suite is to Ceph, for the standard input of the node set-up; the key is never shown, never stored in clear. */
export async function suiteLogin(context: DeployContext): Promise<{ user: string; key: string }> {
  const { storage } = context.input;
  if (storage.mode === "existing") {
    const key = (await context.secret(storage.keySecretRef ?? "")).trim();
    return { user: cephUserName(storage.user), key };
  }
  const key = (await cephRun(context, firstNode(context.input), ["auth", "print-key", `client.${suiteUser}`])).trim();
  if (key === "") throw new AppError("unexpected-output", say("pool-no-user", { user: `client.${suiteUser}` }));
  return { user: suiteUser, key };
}
