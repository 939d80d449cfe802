import { AppError } from "@/contract/errors";
import { cephKeyringPath, cephUserName } from "@/contract/node-setup";
import { cephAs, cephTimeoutMs } from "@/server/procedures/deploy-cluster/ceph-commands";
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
        shown(node, ["tee", cephKeyringPath(user)], `key of ${user}`),
        shown(node, cephAs(input, "fsid")),
      ]),
      undo: {
        kind: "commands",
        commands: nodeNames(input).map((node) => shown(node, ["rm", "-f", cephPaths.conf, cephKeyringPath(user)])),
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
      if (storage.keySecretRef === null) return { kind: "blocked", reason: `no key of ${storage.user} was given` };
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
      const keyring = keyringText(cephUserName(storage.user), key);
      await context.host().writeFile(cephKeyringPath(storage.user), keyring, { mode: 0o600 });
    },
    async verify(context) {
      const { user, monitors } = existingStorage(context.input);
      // Any other status than 0: no file, no key, a key that Ceph refuses, or no quorum. None of them is an answer.
      const { code, stdout, stderr } = await context.command(cephAs(context.input, "fsid"), {
        allow: cephRefusals,
        timeoutMs: cephTimeoutMs,
      });
      return code === 0
        ? { reached: true, observed: `connected to Ceph ${stdout.trim()}` }
        : {
            reached: false,
            missing: `${user} cannot reach the Ceph at ${monitors.join(", ")}: ${stderr.trim().split("\n").at(-1)}`,
          };
    },
    async undo(context) {
      await context.command(["rm", "-f", cephPaths.conf, cephKeyringPath(existingStorage(context.input).user)]);
      return { observed: "configuration and key are gone" };
    },
  },
};
