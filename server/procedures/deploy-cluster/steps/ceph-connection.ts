import { AppError } from "@/contract/errors";
import { ceph, cephTimeoutMs } from "@/server/procedures/deploy-cluster/ceph-commands";
import { cephClientConfText, keyringText } from "@/server/procedures/deploy-cluster/ceph-config";
import { type DeployStep, nodeNames, shown } from "@/server/procedures/deploy-cluster/deploy-step";
import { cephPaths } from "@/server/procedures/deploy-cluster/steps/ceph-keys";
import type { DeploymentInput } from "@/contract/deployment-input";

type ExistingStorage = Extract<DeploymentInput["storage"], { mode: "existing" }>;

const existingStorage = (input: DeploymentInput): ExistingStorage => {
  if (input.storage.mode !== "existing") throw new AppError("internal", "this deployment makes its own Ceph");
  return input.storage;
};
/** EPERM and "no keyring", ENOENT, EACCES, EINVAL, ETIMEDOUT. */
const cephRefusals = [1, 2, 13, 22, 110];
const keyringOf = (user: string): string => `/etc/ceph/ceph.client.${user}.keyring`;

/** Makes every node a client of a Ceph that exists already. */
export const cephConnection: DeployStep = {
  plan: (input) => {
    if (input.storage.mode !== "existing") return null;
    const { user } = input.storage;
    return {
      id: "ensure-ceph-connection",
      phase: "storage",
      cells: nodeNames(input),
      commands: nodeNames(input).flatMap((node) => [
        shown(node, ["tee", cephPaths.conf], "monitors of this plan"),
        shown(node, ["tee", keyringOf(user)], `key of client.${user}`),
        shown(node, ceph("--name", `client.${user}`, "status")),
      ]),
      undo: {
        kind: "commands",
        commands: nodeNames(input).map((node) => shown(node, ["rm", "-f", cephPaths.conf, keyringOf(user)])),
      },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 120,
    };
  },
  definition: {
    id: "ensure-ceph-connection",
    async precheck(context) {
      const storage = existingStorage(context.input);
      if (storage.keySecretRef === null)
        return { kind: "blocked", reason: `no key of client.${storage.user} was given` };
      const conf = await context.host().readFile(cephPaths.conf);
      const wanted = cephClientConfText(storage.monitors);
      return conf === null || conf === wanted
        ? { kind: "ready" }
        : {
            kind: "blocked",
            reason: `${cephPaths.conf} on ${context.cell} belongs to something else: move it away first`,
          };
    },
    async run(context) {
      const storage = existingStorage(context.input);
      const key = (await context.secret(storage.keySecretRef ?? "")).trim();
      await context.command(["mkdir", "-p", "/etc/ceph"]);
      await context.host().writeFile(cephPaths.conf, cephClientConfText(storage.monitors), { mode: 0o644 });
      await context.host().writeFile(keyringOf(storage.user), keyringText(storage.user, key), { mode: 0o600 });
    },
    async verify(context) {
      const { user, monitors } = existingStorage(context.input);
      const argv = ceph("--name", `client.${user}`, "fsid");
      // Any other status than 0: no file, no key, a key that Ceph refuses, or no quorum. None of them is an answer.
      const { code, stdout, stderr } = await context.command(argv, { allow: cephRefusals, timeoutMs: cephTimeoutMs });
      return code === 0
        ? { reached: true, observed: `connected to Ceph ${stdout.trim()}` }
        : {
            reached: false,
            missing: `client.${user} cannot reach the Ceph at ${monitors.join(", ")}: ${stderr.trim().split("\n").at(-1)}`,
          };
    },
    async undo(context) {
      await context.command(["rm", "-f", cephPaths.conf, keyringOf(existingStorage(context.input).user)]);
      return { observed: "configuration and key are gone" };
    },
  },
};
