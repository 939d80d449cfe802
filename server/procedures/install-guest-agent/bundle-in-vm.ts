import { AppError } from "@/contract/errors";
import type { InstallAgentInput } from "@/contract/lifecycle";
import { say, type Sentence } from "@/contract/sentence";
import {
  type AgentContext,
  guestPath,
  inGuest,
  putCommand,
  runCommand,
  stagedPath,
} from "@/server/procedures/install-guest-agent/guest-agent-step";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";
import type { StepLine } from "@/server/steps/in-order";

const stepId = "ensure-agent-bundle";
/** Reading some tens of megabytes inside the guest. */
const checksumMs = 60_000;

/** Null: the whole file lies in the guest. */
async function missing(context: AgentContext): Promise<Sentence | null> {
  const { input } = context;
  const path = guestPath(input);
  const options = { allow: [1, 2, 126, 127], timeoutMs: checksumMs };
  const { stdout } = await context.command(runCommand("sha256sum", path), options);
  return stdout.startsWith(input.bundle.sha256) ? null : say("agent-bundle-absent", { path });
}

export interface UploadedFiles {
  /** A file the panel keeps, by its path below the data directory. */
  dataPath(file: string): string;
}

/** Panel → node → guest: the guest needs no network to the panel, and no password. */
export const bundleInVmLine = ({ dataPath }: UploadedFiles): StepLine<InstallAgentInput> => ({
  plan: (input) => ({
    id: stepId,
    phase: "prepare",
    cells: [input.owner],
    commands: [
      { node: input.owner, text: `install -m 0600 «${input.bundle.fileName}» ${stagedPath}` },
      { node: input.owner, text: inGuest("guest-file-write", guestPath(input)) },
    ],
    undo: { kind: "none", because: say("agent-bundle-harmless") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 120,
    timeoutSeconds: 1_800,
  }),
  definition: {
    id: stepId,
    async precheck(context) {
      return (await missing(context)) === null
        ? { kind: "already", observed: say("agent-bundle-there", { path: guestPath(context.input) }) }
        : { kind: "ready" };
    },
    async run(context) {
      const { input, cell } = context;
      const { sha256, panelPath } = input.bundle;
      await context.command(["mkdir", "-p", "-m", "0700", "/var/lib/zsha/guest-agent"]);
      await context.host().upload(dataPath(panelPath), stagedPath, {
        sha256,
        mode: 0o600,
        signal: context.signal,
        onProgress: (sent, total) => context.progress(total === 0 ? null : sent / total, null, null),
      });
      const result = await context.detached(putCommand(input));
      if (!exitedZero(result) && !isOutcomeUnknown(result)) {
        const said = result.stderr.trim().slice(-500);
        throw new AppError("command-failed", say("agent-silent", { node: cell, said }), { facts: { node: cell } });
      }
    },
    async verify(context) {
      const reason = await missing(context);
      return reason === null
        ? { reached: true, observed: say("agent-bundle-there", { path: guestPath(context.input) }) }
        : { reached: false, missing: reason };
    },
  },
});
