import { AppError } from "@/contract/errors";
import type { ResetPasswordInput } from "@/contract/lifecycle";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { zsha } from "@/server/steps/maintenance/vm-steps";

const stepId = "ensure-password-set";
/** Longer than the suite gives the guest's agent. */
const resetTimeoutMs = 45_000;

/**
 * Nobody can read a password back: that the guest confirmed it is written down on the node, without the password, and a repeated
 * attempt sets the same one again.
 */
const confirmedPath = (runId: string): string => `/run/zsha-password-${runId}`;

const command = ({ passwordSecretRef }: ResetPasswordInput, runId: string): readonly string[] =>
  zsha(["reset-MNVM-password", "--json", ...(passwordSecretRef === null ? [] : ["--from-stdin"])], runId);

async function confirmed(context: StepContext<ResetPasswordInput>): Promise<string | null> {
  return (await context.host().readFile(confirmedPath(context.runId)))?.trim() ?? null;
}

export const passwordSetLine: StepLine<ResetPasswordInput> = {
  plan: (input) => {
    const shownCommand = shown(input.helper, command(input, "«run»"));
    const text = input.passwordSecretRef === null ? shownCommand.text : `${shownCommand.text} < «the new password»`;
    return {
      id: stepId,
      phase: "ha",
      cells: [input.helper],
      commands: [{ ...shownCommand, text }],
      undo: { kind: "none", because: say("password-no-undo") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 180,
    };
  },
  definition: {
    id: stepId,
    async precheck(context) {
      const node = await confirmed(context);
      return node === null ? { kind: "ready" } : { kind: "already", observed: say("password-set", { node }) };
    },
    async run(context) {
      const { input, runId, cell } = context;
      const ref = input.passwordSecretRef;
      const stdin = ref === null ? {} : { stdin: `${await context.secret(ref)}\n` };
      const answer = await context.command(command(input, runId), { allow: [1], timeoutMs: resetTimeoutMs, ...stdin });
      if (answer.code !== 0) {
        const said = answer.stderr.trim().slice(-500);
        throw new AppError(
          "command-failed",
          say("zsha-refused", { command: "reset-MNVM-password", node: cell, said }),
          {
            facts: { node: cell, said },
          },
        );
      }
      await context.host().writeFile(confirmedPath(runId), `${vmNodeOf(answer.stdout)}\n`, { mode: 0o600 });
    },
    async verify(context) {
      const node = await confirmed(context);
      return node === null
        ? { reached: false, missing: say("password-not-set") }
        : { reached: true, observed: say("password-set", { node }) };
    },
  },
};

function vmNodeOf(stdout: string): string {
  try {
    const result: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    if (typeof result === "object" && result !== null && "node" in result) return String(result.node);
  } catch {
    // The guest's own confirmation was the exit status; where it runs is only told.
  }
  return "?";
}
