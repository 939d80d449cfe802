import { AppError } from "@/contract/errors";
import type { InstallAgentInput } from "@/contract/lifecycle";
import { say } from "@/contract/sentence";
import { parseVersionText } from "@/contract/suite-version";
import {
  type AgentContext,
  guestPath,
  inGuest,
  runCommand,
} from "@/server/procedures/install-guest-agent/guest-agent-step";
import { exitedZero, isOutcomeUnknown } from "@/server/ports/remote-host";
import type { StepLine } from "@/server/steps/in-order";

const stepId = "ensure-agent-installed";
const versionMs = 30_000;

/** No bundle tells its version beforehand: that it was run to its end is written down beside the guest, and zin tells the rest. */
const ranPath = ({ runId }: AgentContext): string => `/run/zsha-guest-agent-${runId}`;

async function versionAfter(context: AgentContext): Promise<string | null> {
  if ((await context.host().readFile(ranPath(context))) === null) return null;
  const { stdout } = await context.command(runCommand("zin", "-v"), { allow: [1, 126, 127], timeoutMs: versionMs });
  return parseVersionText(stdout)?.version ?? null;
}

export const agentInstalledLine: StepLine<InstallAgentInput> = {
  plan: (input) => ({
    id: stepId,
    phase: "ha",
    cells: [input.owner],
    commands: [
      { node: input.owner, text: inGuest("guest-exec", "chmod +x", guestPath(input)) },
      { node: input.owner, text: inGuest("guest-exec", guestPath(input), "-i") },
      { node: input.owner, text: inGuest("guest-exec", "zin -v") },
    ],
    undo: { kind: "none", because: say("agent-no-undo") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 120,
    timeoutSeconds: 1_200,
  }),
  definition: {
    id: stepId,
    async precheck(context) {
      const version = await versionAfter(context);
      return version === null ? { kind: "ready" } : { kind: "already", observed: say("agent-speaks", { version }) };
    },
    async run(context) {
      const { input, cell } = context;
      const path = guestPath(input);
      await context.command(runCommand("chmod", "+x", path), { timeoutMs: versionMs });
      const result = await context.detached(runCommand(path, "-i"));
      if (isOutcomeUnknown(result)) return;
      if (!exitedZero(result)) {
        const said = `${result.stdout}\n${result.stderr}`.trim().slice(-500);
        throw new AppError("command-failed", say("agent-bundle-failed", { path, said }), { facts: { node: cell } });
      }
      await context.host().writeFile(ranPath(context), "", { mode: 0o600 });
    },
    async verify(context) {
      const version = await versionAfter(context);
      return version === null
        ? { reached: false, missing: say("agent-not-installed") }
        : { reached: true, observed: say("agent-speaks", { version }) };
    },
  },
};
