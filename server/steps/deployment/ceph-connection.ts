import { AppError } from "@/contract/errors";
import { cephKeyringPath, cephUserName } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { cephAs, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { cephClientConfText, keyOf, keyringText, namesMonitorOf } from "@/server/steps/deployment/ceph-config";
import { type DeployStep, nodeNames, shown } from "@/server/steps/deployment/deploy-step";
import { cephPaths } from "@/server/steps/deployment/ceph-keys";
import type { ClusterInput } from "@/contract/deployment-input";

type ExistingStorage = Extract<ClusterInput["storage"], { mode: "existing" }>;

const existingStorage = (input: ClusterInput): ExistingStorage => {
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
      const { user, monitors } = storage;
      const node = context.cell;
      if (storage.keySecretRef === null) return { kind: "blocked", reason: say("ceph-no-key", { user }) };
      const conf = await context.host().readFile(cephPaths.conf);
      if (conf !== null && !namesMonitorOf(conf, monitors))
        return { kind: "blocked", reason: say("ceph-conf-foreign", { path: cephPaths.conf, node }) };
      const keyring = await context.host().readFile(cephKeyringPath(user));
      const key = (await context.secret(storage.keySecretRef)).trim();
      return keyring === null || keyOf(keyring, cephUserName(user)) === key
        ? { kind: "ready" }
        : { kind: "blocked", reason: say("ceph-key-foreign", { path: cephKeyringPath(user), node, user }) };
    },
    async run(context) {
      const storage = existingStorage(context.input);
      const host = context.host();
      const key = (await context.secret(storage.keySecretRef ?? "")).trim();
      await context.command(["mkdir", "-p", "/etc/ceph"]);
      // A node that is part of that Ceph has both files already, and its daemons live by them: they stay as they are.
      if ((await host.readFile(cephPaths.conf)) === null)
        await host.writeFile(cephPaths.conf, cephClientConfText(storage.monitors), { mode: 0o644 });
      const path = cephKeyringPath(storage.user);
      if ((await host.readFile(path)) === null)
        await host.writeFile(path, keyringText(cephUserName(storage.user), key), { mode: 0o600 });
    },
    async verify(context) {
      const { user, monitors } = existingStorage(context.input);
      // Any other status than 0: no file, no key, a key that Ceph refuses, or no quorum. None of them is an answer.
      const { code, stdout, stderr } = await context.command(cephAs(context.input, "fsid"), {
        allow: cephRefusals,
        timeoutMs: cephTimeoutMs,
      });
      return code === 0
        ? { reached: true, observed: say("ceph-connected", { fsid: stdout.trim() }) }
        : {
            reached: false,
            missing: say("ceph-not-reached", {
              user,
              monitors: monitors.join(", "),
              said: stderr.trim().split("\n").at(-1) ?? "",
            }),
          };
    },
    async undo(context) {
      const storage = existingStorage(context.input);
      const host = context.host();
      const path = cephKeyringPath(storage.user);
      const key = (await context.secret(storage.keySecretRef ?? "")).trim();
      const written = new Map([
        [cephPaths.conf, cephClientConfText(storage.monitors)],
        [path, keyringText(cephUserName(storage.user), key)],
      ]);
      const kept: string[] = [];
      for (const [file, ours] of written) {
        const text = await host.readFile(file);
        if (text === ours) await context.command(["rm", "-f", file]);
        else if (text !== null) kept.push(file);
      }
      return { observed: kept.length === 0 ? say("ceph-disconnected") : say("ceph-connection-kept") };
    },
  },
};
